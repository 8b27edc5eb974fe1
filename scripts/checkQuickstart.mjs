// Runs the main job as a newcomer would and holds it to its promises: accuracy, time, a self-contained report, a model that
// classifies. Then the second example, handwritten digits.
// Usage: node scripts/checkQuickstart.mjs FOLDER
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ACCURACY_FLOOR = 0.65;
const TIME_LIMIT_MS = 180_000;
const DIGITS_FLOOR = 95;
const DIGITS_TIME_LIMIT_S = 120;

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const folder = resolve(process.argv[2] ?? 'quickstart');
const command = join(root, 'dist', 'cli', 'main.js');
const failures = [];

/** Notes a promise that was not kept. */
function promise(kept, what) {
  console.log(`${kept ? 'ok    ' : 'BROKEN'} ${what}`);
  if (!kept) failures.push(what);
}

/** Runs to the end with standard error shown; returns standard output. */
function run(file, args) {
  const { status, stdout } = spawnSync(file, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')}: expected exit code 0, got ${status}.`);
  return stdout;
}

run('npm', ['run', '--silent', 'build']);
const result = JSON.parse(run(process.execPath, [command, 'quickstart', '--backend', 'wasm', '--out', folder, '--json']));
const { top1, majorityTop1, logisticTop1, elapsedMs } = result;
promise(top1 >= ACCURACY_FLOOR, `held-out top-1 ${(100 * top1).toFixed(1)} % is at least ${100 * ACCURACY_FLOOR} %`);
promise(
  top1 > majorityTop1 && top1 > logisticTop1,
  `it beats the largest class (${(100 * majorityTop1).toFixed(1)} %) and logistic regression (${(100 * logisticTop1).toFixed(1)} %)`,
);
promise(elapsedMs < TIME_LIMIT_MS, `${Math.round(elapsedMs / 1000)} s is under ${TIME_LIMIT_MS / 1000} s`);

const page = readFileSync(join(folder, 'report.html'), 'utf8');
const loads = page.match(/<(script|link|iframe)\b|\bsrc="(?!data:)|url\((?!data:)/g);
promise(loads === null && page.length < 5_000_000, `report.html loads nothing else and has ${Math.round(page.length / 1024)} KiB`);

const food = join(folder, 'pictures', 'validation', 'food');
const files = readdirSync(food)
  .slice(0, 3)
  .map((name) => join(food, name));
const predictions = JSON.parse(
  execFileSync(process.execPath, [command, 'classify', join(folder, 'model'), ...files, '--json'], { encoding: 'utf8' }),
);
promise(
  predictions.length === 3 && predictions.every(([first]) => first.probability > 0.25),
  'the saved model classifies three held-out pictures',
);

const digits = run(process.execPath, ['examples/run.cjs', 'handwrittenDigits']);
console.log(digits);
const [, accuracy, seconds] = /([\d.]+) % of 2,000 held-out digits right after (\d+) s/.exec(digits) ?? [];
promise(Number(accuracy) > DIGITS_FLOOR, `handwritten digits: ${accuracy} % is over ${DIGITS_FLOOR} %`);
promise(Number(seconds) < DIGITS_TIME_LIMIT_S, `in ${seconds} s, under ${DIGITS_TIME_LIMIT_S} s`);

if (failures.length > 0) {
  console.error(`quickstart: ${failures.length} of its promises were not kept.`);
  process.exit(1);
}
