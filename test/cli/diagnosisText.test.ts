import { diagnosisText } from '../../src/cli/diagnosisText.js';
import { backendsWith, diagnosisOf, working } from '../backends/examine/diagnosisOf.js';

describe('diagnosisText', () => {
  it('two cores without a GPU: machine, packages, backends with the fastest marked, reasons, choice and advice', () => {
    const advice = [{ text: 'TensorFlow is not here.', command: 'npx inception native install' }];
    expect(diagnosisText(diagnosisOf({ advice }))).toBe(
      `
package      tfjs-inception 0.1.0 on Node.js 20.20.2
platform     linux, x64, glibc 2.36
processor    AMD EPYC, 2 cores to use
memory       24.0 GiB, 16.0 GiB free
native home  /home/ada/.local/share/tfjs-inception/native, 32.0 GiB free
GPU          no libcuda.so.1; no NVIDIA driver shows a device here
npm          11.19.1

package                version  where
---------------------------------------------
@tensorflow/tfjs-node           not installed

backend        works  device  engine          from cpu  10⁹ multiply-adds/s
--------------------------------------------------------------------------------------
tfjs-node-gpu  no
webgpu         no
tfjs-node      no
wasm           works  cpu     engine of wasm    3.6e-7                 16.0  ← fastest
cpu            works  cpu     engine of cpu                          0.0200

not tfjs-node-gpu: not installed
not webgpu: not installed
not tfjs-node: not installed
ONNX Runtime 1.30.0 works

auto takes wasm: the first that starts after tfjs-node.
wasm is 800 times as fast as cpu here.

TensorFlow is not here.
  $ npx inception native install`.trimStart(),
    );
  });

  it('a GPU package that computes on the CPU says why, and auto what it passed over', () => {
    const gpu = working('tfjs-node-gpu', 15e9, { rejected: [{ name: 'tfjs-node-gpu', reason: 'it computes on the CPU: no driver' }] });
    const rejected = [{ name: 'tfjs-node-gpu', reason: 'no usable cuda device' }] as const;
    const auto = { report: working('wasm', 1, { rejected }).report };
    const text = diagnosisText(diagnosisOf({ backends: backendsWith(gpu), auto }));
    expect(text).toContain('\ntfjs-node-gpu: it computes on the CPU: no driver\n');
    expect(text).toContain(
      'auto takes wasm: the first that starts after tfjs-node-gpu.\n' +
        'It passes over tfjs-node-gpu: no usable cuda device\n' +
        'wasm is 1.1 times as fast as tfjs-node-gpu here.\n',
    );
  });

  it('what is broken: a package, a backend that cannot train, auto, ONNX Runtime, and a machine that tells nothing', () => {
    const { machine, gpu } = diagnosisOf();
    const text = diagnosisText(
      diagnosisOf({
        machine: { ...machine, nativeHome: undefined, freeDiskBytes: undefined, processor: undefined, libc: undefined, cores: 1 },
        gpu: { ...gpu, nvidiaDriver: '580.65', nvidiaModels: ['NVIDIA H100'], renderDevices: ['/dev/dri/renderD128'], noCuda: undefined },
        packages: [{ name: 'webgpu', place: 'node_modules', path: '/app/node_modules/webgpu', problem: 'no JSON' }],
        tools: [{ what: 'npm', mend: 'it comes with Node.js' }],
        backends: [working('webgpu', 1e9, { trains: false })],
        fastest: undefined,
        auto: { reason: 'its process crashed (SIGSEGV)' },
        onnxRuntime: { works: false, reason: 'not installed' },
      }),
    );
    for (const line of [
      'platform     linux, x64',
      'processor    unknown, 1 core to use',
      'native home  none: this user has no home folder',
      'GPU          NVIDIA H100; NVIDIA driver 580.65; no libcuda.so.1; /dev/dri/renderD128',
      'npm          not here: it comes with Node.js',
      'webgpu            /app/node_modules/webgpu',
      'webgpu: no JSON',
      'not ONNX Runtime: not installed',
      'auto takes nothing: its process crashed (SIGSEGV)',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    expect(text).toMatch(/^webgpu +cannot train +cpu +engine of webgpu +3\.6e-7 +1\.00$/m);
    expect(text).not.toContain('fastest');
  });
});
