import { mappedLibraries } from '../../src/backends/mappedLibraries.js';
import type { NativePackage } from '../../src/backends/nativePackage.js';
import { tensorFlowReport } from '../../src/backends/tensorFlowReport.js';
import { applicationFolder, type ApplicationFolder } from './applicationFolder.js';

jest.mock('../../src/backends/mappedLibraries.js');

describe('tensorFlowReport', () => {
  let application: ApplicationFolder;
  let released: NativePackage;
  let installed: NativePackage;

  beforeEach(() => {
    application = applicationFolder();
    const packageName = '@tensorflow/tfjs-node-gpu';
    application.installNative(packageName);
    const entry = `node_modules/${packageName}/index.js`;
    const main = `${application.path}/${entry}`;
    released = { name: 'tfjs-node-gpu', packageName, main };
    const needs = { cuda: '12.5.1', cudnn: '9' };
    const nvidia = { 'nvidia-cuda-runtime-cu12': '12.9.79', 'nvidia-cudnn-cu12': '9.28.0.42' };
    installed = { ...released, record: { package: packageName, version: '4.22.0', folder: '.', entry, needs, nvidia } };
    jest.mocked(mappedLibraries).mockReturnValue([]);
  });

  afterEach(() => application.remove());

  it("names what npm's own package needs, CUDA 11.2 and cuDNN 8.1, and what was loaded by the names of its files", () => {
    jest.mocked(mappedLibraries).mockReturnValue(['/usr/local/cuda/lib64/libcudart.so.11.2.152', '/usr/lib/libcudnn.so.8.1.1']);
    expect(tensorFlowReport(released, '2.9.1', false)).toEqual({
      version: '2.9.1',
      package: '@tensorflow/tfjs-node-gpu',
      source: 'node_modules',
      cuda: { needed: '11.2', found: '11.2.152' },
      cudnn: { needed: '8.1', found: '8.1.1' },
    });
  });

  it('says what of it was not found', () => {
    expect(tensorFlowReport(released, '2.9.1', false)).toMatchObject({
      cuda: { needed: '11.2', found: undefined },
      cudnn: { needed: '8.1', found: undefined },
    });
  });

  it("names libraries that lie beside an installed TensorFlow by their packages' versions, which their files do not carry", () => {
    jest.mocked(mappedLibraries).mockReturnValue([`${application.path}/nvidia/cuda_runtime/lib/libcudart.so.12`]);
    expect(tensorFlowReport(installed, '2.21.0', false)).toMatchObject({
      source: 'native install',
      cuda: { needed: '12.5.1', found: '12.9.79' },
      cudnn: { needed: '9', found: '9.28.0.42' },
    });
  });

  it("prefers the system's libraries where those were loaded in place of the ones beside it", () => {
    jest.mocked(mappedLibraries).mockReturnValue(['/usr/local/cuda/lib64/libcudart.so.12.4.127']);
    expect(tensorFlowReport(installed, '2.21.0', false)).toMatchObject({ cuda: { found: '12.4.127' }, cudnn: { found: '9.28.0.42' } });
  });

  it('does not take a package of node_modules that the application loaded itself for the installed one', () => {
    jest.mocked(mappedLibraries).mockReturnValue(['/app/node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node']);
    expect(tensorFlowReport(installed, '2.9.1', false)).toMatchObject({ source: 'node_modules', cuda: { needed: '11.2' } });
  });

  it('tells nothing of CUDA for tfjs-node', () => {
    const report = tensorFlowReport({ ...installed, name: 'tfjs-node', packageName: '@tensorflow/tfjs-node' }, '2.21.0', false);
    expect(report).not.toHaveProperty('cuda');
    expect(report).not.toHaveProperty('cudnn');
  });
});
