import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { BackendName } from '../../src/backends/backendDriver.js';
import { backendUnderTest, EACH_BACKEND } from '../backendUnderTest.js';
import { randomNumbers, stripes } from '../evaluation/arrayDataset.js';
import { CompiledSources, start, type ChildResult } from '../io/compiledSources.js';
import { STEPS, TRAINING, type Moment, type Outcome } from './killableTraining.js';

const BACKEND = backendUnderTest();

let sources: CompiledSources;
let script: string;
let pictures: string;
beforeAll(async () => {
  sources = await CompiledSources.create();
  script = await sources.script('train.js', TRAINING);
  pictures = join(sources.folder, 'pictures');
  const { classes, size, pixels, labels } = stripes(45, 16, 2);
  for (const name of classes) await mkdir(join(pictures, name), { recursive: true });
  const raw = { width: size, height: size, channels: 3 } as const;
  await Promise.all(pixels.map((bytes, i) => sharp(bytes, { raw }).toFile(join(pictures, classes[labels[i]], `${i}.png`))));
});
afterAll(() => sources.remove());

const begin = (backend: BackendName, checkpoint: string, moment?: Moment): ReturnType<typeof start> =>
  start(process.execPath, [script, backend, pictures, checkpoint, moment ? JSON.stringify(moment) : 'none']);

const lastLine = ({ stdout }: ChildResult): unknown => JSON.parse(stdout.trimEnd().split('\n').at(-1) as string);

/** A kill from outside: when so many steps are done, and so many milliseconds later; on a busy machine two steps later at the latest. */
interface Shot {
  readonly steps: number;
  readonly ms: number;
}

const uninterrupted = new Map<BackendName, Promise<ChildResult>>();

/** The training that nothing ends, once a backend. */
async function wholeTraining(backend: BackendName): Promise<Outcome> {
  if (!uninterrupted.has(backend)) uninterrupted.set(backend, begin(backend, 'none').ended);
  return lastLine(await uninterrupted.get(backend)!) as Outcome;
}

const isMoment = (kill: Moment | Shot): kill is Moment => 'at' in kill;

/** Trains until it is killed. A shot that comes when all is done already is fired again. */
async function killed(backend: BackendName, checkpoint: string, kill: Moment | Shot): Promise<ChildResult> {
  const before = await readFile(checkpoint).catch(() => undefined);
  const result = await attempt(backend, checkpoint, kill);
  if (isMoment(kill) || result.code !== 0 || before === undefined) return result;
  await writeFile(checkpoint, before);
  return killed(backend, checkpoint, kill);
}

async function attempt(backend: BackendName, checkpoint: string, kill: Moment | Shot): Promise<ChildResult> {
  if (isMoment(kill)) return begin(backend, checkpoint, kill).ended;
  const { child, ended } = begin(backend, checkpoint, { at: 'step', from: 0, count: kill.steps + 2 });
  let lines = 0;
  child.stdout?.on('data', (data) => {
    const before = lines;
    lines += String(data).split('step ').length - 1;
    if (before < kill.steps && lines >= kill.steps) setTimeout(() => child.kill('SIGKILL'), kill.ms);
  });
  return ended;
}

const shots = (seed: number, count: number): Shot[] => {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, () => ({ steps: 1 + Math.floor(2 * random()), ms: Math.floor(25 * random()) }));
};

const [first, second, third] = shots(1, 3);
/** The last of them after the last checkpoint was written. */
const EVERY_KILL: readonly (Moment | Shot)[] = [
  { at: 'step', from: 1 },
  { at: 'write', from: 1 },
  { at: 'write', from: 2 },
  first,
  { at: 'validation', from: STEPS.anEpoch, count: 2 },
  { at: 'epoch', from: STEPS.anEpoch },
  { at: 'rename', from: 8 },
  { at: 'renamed', from: 9 },
  second,
  third,
  { at: 'reestimate', from: STEPS.all },
  { at: 'write', from: STEPS.all },
  { at: 'done', from: 0 },
];
const SOME_KILLS: readonly (Moment | Shot)[] = [
  { at: 'step', from: 1 },
  { at: 'write', from: 2 },
  first,
  { at: 'validation', from: STEPS.anEpoch, count: 2 },
  { at: 'epoch', from: STEPS.anEpoch },
  second,
  { at: 'reestimate', from: STEPS.all },
];

describe('Killed with SIGKILL at any moment and resumed, training ends bit-equal to an uninterrupted run', () => {
  it.each(EACH_BACKEND)('on %s, with worker threads, mixed pictures, averages and adamw', async (backend) => {
    const folder = join(sources.folder, backend);
    const checkpoint = join(folder, 'checkpoint.safetensors');
    let halfWritten = 0;
    const kills = backend === BACKEND ? EVERY_KILL : SOME_KILLS;
    for (const kill of kills) {
      const { signal, stdout } = await killed(backend, checkpoint, kill);
      expect({ kill, signal, stdout }).toEqual({ kill, signal: 'SIGKILL', stdout: expect.any(String) as string });
      halfWritten += (await readdir(folder).catch(() => [])).some((name) => name.endsWith('.tmp')) ? 1 : 0;
    }
    const written = await readFile(checkpoint);
    const resumed = lastLine(await begin(backend, checkpoint).ended) as Outcome;
    const { resumedAt, ...outcome } = resumed;
    expect({ ...outcome, resumedAt: [] }).toEqual(await wholeTraining(backend));
    expect(outcome.steps).toBe(STEPS.all);
    expect(resumedAt.length).toBeGreaterThanOrEqual(5);
    expect(halfWritten).toBeGreaterThanOrEqual(2);
    if (kills === EVERY_KILL) expect(await readFile(checkpoint)).toEqual(written);
  });
});

(process.platform === 'linux' ? describe : describe.skip)('A disk that is full when a checkpoint is due', () => {
  /** What it ends with, and what it leaves of a training that had four steps in its checkpoint. */
  async function expectFormerStands(folder: string, cause: string, attempt: (checkpoint: string) => Promise<ChildResult>): Promise<void> {
    const checkpoint = join(folder, 'checkpoint.safetensors');
    expect(await killed(BACKEND, checkpoint, { at: 'renamed', from: 4 })).toMatchObject({ signal: 'SIGKILL' });
    const former = await readFile(checkpoint);
    const failure = await attempt(checkpoint);
    expect([failure.code, lastLine(failure)]).toEqual([
      1,
      {
        code: 'WRITE_FAILED',
        message: expect.stringMatching(
          new RegExp(`^train\\.checkpoint: expected to write \\S+, got ${cause}: .*What stood there before still stands\\. `),
        ) as string,
        cause,
      },
    ]);
    expect(await readdir(folder)).toEqual(['checkpoint.safetensors']);
    expect(await readFile(checkpoint)).toEqual(former);
    const resumed = lastLine(await begin(BACKEND, checkpoint).ended) as Outcome;
    expect([resumed.resumedAt, resumed.steps]).toEqual([[4], STEPS.all]);
    expect(resumed.weights).toBe((await wholeTraining(BACKEND)).weights);
  }

  const limited = (checkpoint: string): Promise<ChildResult> =>
    start('bash', ['-c', 'ulimit -f 40; exec "$0" "$@"', process.execPath, script, BACKEND, pictures, checkpoint, 'none']).ended;

  it('a file limit of 40 KB: WRITE_FAILED, the former checkpoint stands, and training resumes from it to the same bits', async () => {
    await expectFormerStands(join(sources.folder, 'limited'), 'EFBIG', limited);
  });

  it('a disk that one checkpoint fills but for 20 KB (where a file system may be mounted; else nothing is shown)', async () => {
    const disk = join(sources.folder, 'disk');
    const mount = (bytes: number): string => `mount -t tmpfs -o size=${bytes} tmpfs "${disk}"`;
    await mkdir(disk, { recursive: true });
    const inNamespace = (commands: string): Promise<ChildResult> =>
      start('unshare', ['-rm', 'bash', '-c', commands, process.execPath, script, BACKEND, pictures]).ended;
    const trial = await inNamespace(mount(20_480)).catch(() => undefined);
    if (trial?.code !== 0) return console.warn('not run: no file system may be mounted here');
    await expectFormerStands(join(sources.folder, 'full'), 'ENOSPC', async (checkpoint) =>
      // What the disk holds at the end is copied back over what was there before.
      inNamespace(
        `${mount((await stat(checkpoint)).size + 20_480)} && cp "${checkpoint}" "${disk}" && "$0" "$@" "${disk}/checkpoint.safetensors" none; code=$?
         rm "${checkpoint}" && cp -a "${disk}"/. "${join(checkpoint, '..')}"; exit $code`,
      ),
    );
  });
});
