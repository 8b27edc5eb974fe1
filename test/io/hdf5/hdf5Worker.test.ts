import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CompiledSources, runNode } from '../compiledSources.js';

const golden = join(__dirname, '..', 'keras', 'golden');

/** Damages a file again and again, and counts how reading all of it ends. `foreign` must stay empty. */
const PROGRAM = `
const { readFileSync, writeFileSync } = require('node:fs');
const { openKerasModel } = require('./dist/io/keras/openKerasModel.js');
const { InceptionError } = require('./dist/errors.js');

async function outcome(file) {
  try {
    const model = await openKerasModel('test', file);
    try {
      for (const { shape, read } of model.tensors.values()) {
        if ((await read()).length !== shape.reduce((product, size) => product * size, 1)) throw new Error('a wrong length');
      }
    } finally {
      await model.close();
    }
    return 'whole';
  } catch (error) {
    if (error instanceof InceptionError && error.message.includes('damaged')) return error.code;
    counts.foreign.push(String(error.stack));
    return 'foreign error';
  }
}

const counts = { foreign: [] };
const [source, damage, step, from] = process.argv.slice(2);
const whole = readFileSync(source);
const damaged = __dirname + '/damaged' + source.slice(source.lastIndexOf('.'));

async function main() {
  for (let at = Number(from); at < whole.length; at += Number(step)) {
    const bytes = damage === 'cut' ? whole.subarray(0, at) : Buffer.from(whole);
    if (damage === 'flip') bytes[at] ^= 1 + (at % 255);
    writeFileSync(damaged, bytes);
    const end = await outcome(damaged);
    counts[end] = (counts[end] ?? 0) + 1;
  }
  console.log(JSON.stringify(counts));
}
main();
`;

const READ_TWO = `
const { openHdf5 } = require('./dist/io/hdf5/openHdf5.js');
openHdf5('test', process.argv[2], 'CORRUPT_WEIGHTS').then(async (file) => {
  const both = await Promise.all([file.read('scalar'), file.read('packed')]);
  console.log(both.map((values) => values.length).join(' '));
});
`;

const TOO_LATE = `
const { Hdf5Thread } = require('./dist/io/hdf5/hdf5Thread.js');
const task = { kind: 'scan', file: process.argv[2] };
async function main() {
  const impatient = new Hdf5Thread(1);
  console.log((await impatient.run(task)).problem);
  const patient = new Hdf5Thread();
  console.log((await patient.run(task)).result.datasets.length);
}
main();
`;

describe('the thread in which HDF5 reads', () => {
  let sources: CompiledSources;
  beforeAll(async () => {
    sources = await CompiledSources.create();
  });
  afterAll(() => sources.remove());

  it('reads, prints nothing, and lets the process end', async () => {
    const ended = await runNode(await sources.script('read.cjs', READ_TWO), [join(__dirname, 'golden', 'types.h5')]);
    expect(ended).toEqual({ code: 0, signal: null, stdout: '1 700\n', stderr: '' });
  });

  it('is given up when it does not answer in time', async () => {
    const ended = await runNode(await sources.script('late.cjs', TOO_LATE), [join(__dirname, 'golden', 'types.h5')]);
    expect(ended).toEqual({ code: 0, signal: null, stdout: 'no answer from the HDF5 library within 0.001 seconds\n18\n', stderr: '' });
  });

  it.each([
    // Steps that are prime meet every place of a structure sooner or later.
    ['residual.h5', 'cut', 29],
    ['residual.keras', 'cut', 53],
    ['residual.h5', 'flip', 31],
    ['residual.keras', 'flip', 53],
  ])('holds against %s damaged (%s) at every %i-th byte', async (name, damage, step) => {
    const source = join(golden, name);
    const { code, stdout, stderr } = await runNode(await sources.script('damage.cjs', PROGRAM), [source, damage, String(step), '0']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { foreign, ...counts } = JSON.parse(stdout) as { foreign: string[] } & Record<string, number>;
    expect(foreign).toEqual([]);
    const tried = Math.ceil((await readFile(source)).length / step);
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(tried);
    // A cut file is never whole; of flipped bytes many are values, which only a checksum would tell.
    if (damage === 'cut') expect(counts).toEqual({ CORRUPT_MODEL: tried });
    else expect(counts.CORRUPT_MODEL).toBeGreaterThan(20);
  });
});
