import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { randomNumbers, stripes } from '../evaluation/arrayDataset.js';
import { CompiledSources, start, type ChildResult } from '../io/compiledSources.js';
import { STEPS, TRAINING, type Moment, type Outcome } from './killableTraining.js';

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

type Backend = 'wasm' | 'cpu';

const begin = (backend: Backend, checkpoint: string, moment?: Moment): ReturnType<typeof start> =>
  start(process.execPath, [script, backend, pictures, checkpoint, moment ? JSON.stringify(moment) : 'none']);

const lastLine = ({ stdout }: ChildResult): unknown => JSON.parse(stdout.trimEnd().split('\n').at(-1) as string);

/** A kill from outside: when so many steps are done, and so many milliseconds later. */
interface Shot {
  readonly steps: number;
  readonly ms: number;
}

const isMoment = (kill: Moment | Shot): kill is Moment => 'at' in kill;

/** Trains until it is killed. */
async function killed(backend: Backend, checkpoint: string, kill: Moment | Shot): Promise<ChildResult> {
  if (isMoment(kill)) return begin(backend, checkpoint, kill).ended;
  const { child, ended } = begin(backend, checkpoint);
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

const [first, second, third, fourth] = shots(1, 4);
const KILLS: Readonly<Record<Backend, readonly (Moment | Shot)[]>> = {
  wasm: [
    { at: 'step', from: 1 },
    { at: 'write', from: 1 },
    { at: 'write', from: 2 },
    first,
    { at: 'validation', from: STEPS.anEpoch },
    { at: 'validation', from: STEPS.anEpoch, count: 2 },
    { at: 'epoch', from: STEPS.anEpoch },
    { at: 'rename', from: 8 },
    { at: 'renamed', from: 9 },
    second,
    third,
    { at: 'write', from: 19 },
    { at: 'reestimate', from: STEPS.all },
    { at: 'write', from: STEPS.all },
    { at: 'done', from: 0 },
  ],
  cpu: [
    { at: 'step', from: 1 },
    { at: 'write', from: 2 },
    first,
    { at: 'validation', from: STEPS.anEpoch, count: 2 },
    { at: 'epoch', from: STEPS.anEpoch },
    { at: 'rename', from: 8 },
    second,
    fourth,
    { at: 'reestimate', from: STEPS.all },
  ],
};

describe('Killed with SIGKILL at any moment and resumed, training ends bit-equal to an uninterrupted run', () => {
  it.each(Object.keys(KILLS) as Backend[])('on %s, with worker threads, mixed pictures, averages and adamw', async (backend) => {
    const folder = join(sources.folder, backend);
    const checkpoint = join(folder, 'checkpoint.safetensors');
    const whole = begin(backend, 'none').ended;
    let halfWritten = 0;
    for (const kill of KILLS[backend]) {
      const { signal, stdout } = await killed(backend, checkpoint, kill);
      expect({ kill, signal, stdout }).toEqual({ kill, signal: 'SIGKILL', stdout: expect.any(String) as string });
      halfWritten += (await readdir(folder).catch(() => [])).some((name) => name.endsWith('.tmp')) ? 1 : 0;
    }
    const written = await readFile(checkpoint);
    const resumed = lastLine(await begin(backend, checkpoint).ended) as Outcome;
    const { resumedAt, ...outcome } = resumed;
    expect({ ...outcome, resumedAt: [] }).toEqual(lastLine(await whole));
    expect(outcome.steps).toBe(STEPS.all);
    expect(resumedAt.length).toBeGreaterThanOrEqual(5);
    expect(halfWritten).toBeGreaterThanOrEqual(2);
    if (backend === 'wasm') expect(await readFile(checkpoint)).toEqual(written);
  });
});
