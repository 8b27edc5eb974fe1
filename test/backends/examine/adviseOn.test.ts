import { adviseOn, speedRatio } from '../../../src/backends/examine/adviseOn.js';
import type { Diagnosis } from '../../../src/backends/examine/diagnosis.js';
import { backendsWith, diagnosisOf, working } from './diagnosisOf.js';

const commands = (changes: Partial<Diagnosis> = {}): (string | undefined)[] => adviseOn(diagnosisOf(changes)).map(({ command }) => command);
const machine = (changes: Partial<Diagnosis['machine']>): Diagnosis['machine'] => ({ ...diagnosisOf().machine, ...changes });

const NATIVE = backendsWith(working('tfjs-node', 100e9));
const OF_NATIVE = { fastest: 'tfjs-node', auto: { report: working('tfjs-node', 1).report } } as const;
const NVIDIA = { nvidiaDriver: '580.65', nvidiaModels: ['NVIDIA H100'], cudaLibrary: '/usr/lib64/libcuda.so.1', renderDevices: [] };

describe('adviseOn', () => {
  it.each([
    { where: 'Linux without tfjs-node', changes: {}, expected: ['npx inception native install'] },
    {
      where: 'macOS without tfjs-node',
      changes: { machine: machine({ platform: 'darwin' }) },
      expected: ['npm install @tensorflow/tfjs-node@4.22.0', 'npm install webgpu @tensorflow/tfjs-backend-webgpu@4.22.0'],
    },
    { where: 'Alpine, for which TensorFlow has no build', changes: { machine: machine({ libc: 'musl' }) }, expected: [undefined] },
    { where: 'tfjs-node at work, no GPU', changes: { ...OF_NATIVE, backends: NATIVE }, expected: [undefined] },
    {
      where: 'tfjs-node at work beside an NVIDIA GPU',
      changes: { ...OF_NATIVE, backends: NATIVE, gpu: NVIDIA },
      expected: ['npx inception native install --cuda'],
    },
    {
      where: 'tfjs-node-gpu that computes on the CPU beside an NVIDIA GPU',
      changes: {
        backends: backendsWith(working('tfjs-node-gpu', 100e9)),
        fastest: 'tfjs-node-gpu',
        auto: { report: working('tfjs-node-gpu', 1).report },
        gpu: NVIDIA,
      } as const,
      expected: ['npx inception native install --cuda'],
    },
    {
      where: 'CUDA at work',
      changes: { backends: backendsWith(working('tfjs-node-gpu', 1e13, { device: 'cuda' })), fastest: 'tfjs-node-gpu', auto: { report: working('tfjs-node-gpu', 1).report }, gpu: NVIDIA } as const, // prettier-ignore
      expected: [undefined],
    },
    {
      where: 'a GPU of another make, tfjs-node at work',
      changes: { ...OF_NATIVE, backends: NATIVE, gpu: { ...diagnosisOf().gpu, renderDevices: ['/dev/dri/renderD128'] } },
      expected: ['npm install webgpu @tensorflow/tfjs-backend-webgpu@4.22.0'],
    },
    {
      where: 'no ONNX Runtime',
      changes: { ...OF_NATIVE, backends: NATIVE, onnxRuntime: { works: false } },
      expected: [undefined, 'npx inception native install --onnx'],
    },
    {
      where: 'nothing at work at all',
      changes: { fastest: undefined, auto: { reason: 'none' }, backends: [] },
      expected: ['npm ci', 'npx inception native install'],
    },
  ])('$where: $expected', ({ changes, expected }) => expect(commands(changes)).toEqual(expected));

  it('where nothing is to be done it says so', () => {
    expect(adviseOn(diagnosisOf({ ...OF_NATIVE, backends: NATIVE }))).toEqual([
      { text: 'For training, nothing faster is to be had here.' },
    ]);
  });

  it('names what the install lacks, with the command that brings it', () => {
    const tools = [{ what: 'a C++ compiler (g++)', mend: 'apt-get install -y g++' }, { what: 'npm', version: '11.19.1' }]; // prettier-ignore
    expect(adviseOn(diagnosisOf({ tools }))[0].text).toMatch(
      / The install needs what is not here: a C\+\+ compiler \(g\+\+\) \(apt-get install -y g\+\+\)\.$/,
    );
  });

  it('auto that an addon takes down with the process: the fastest by name', () => {
    expect(adviseOn(diagnosisOf({ auto: { reason: 'its process crashed (SIGSEGV)' } }))[0]).toEqual({
      text: 'auto does not come through here: its process crashed (SIGSEGV). Ask for wasm by name: --backend wasm.',
    });
  });

  it('auto takes tfjs-node at 10 · 10⁹ where wasm has 16 · 10⁹: ask for wasm, 1.6 times as fast; at 15 · 10⁹ the lead may be noise', () => {
    const of = (speed: number): Diagnosis =>
      diagnosisOf({ ...OF_NATIVE, fastest: 'wasm', backends: backendsWith(working('tfjs-node', speed)) });
    expect(adviseOn(of(10e9))).toEqual([
      { text: 'Here wasm is 1.6 times as fast as tfjs-node, which auto takes. Ask for it by name: --backend wasm.' },
    ]);
    expect(adviseOn(of(15e9))).toEqual([{ text: 'For training, nothing faster is to be had here.' }]);
  });
});

describe('speedRatio', () => {
  it('wasm at 16 · 10⁹ is 800 times as fast as cpu at 2 · 10⁷, and of what was not measured there is none', () => {
    const { backends } = diagnosisOf();
    expect([speedRatio(backends, 'wasm', 'cpu'), speedRatio(backends, 'wasm', 'tfjs-node')]).toEqual([800, undefined]);
  });
});
