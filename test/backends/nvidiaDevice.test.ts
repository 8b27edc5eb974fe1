import fs from 'node:fs';
import { noNvidiaDevice } from '../../src/backends/nvidiaDevice.js';
import { keepEnvironment } from './keepEnvironment.js';

describe('noNvidiaDevice', () => {
  const restoreEnvironment = keepEnvironment();
  const { platform } = process;

  afterEach(() => {
    restoreEnvironment();
    jest.restoreAllMocks();
    Object.defineProperty(process, 'platform', { value: platform });
  });

  const NONE = 'no NVIDIA driver shows a device here (/dev/nvidiactl, /dev/dxg)';

  it.each([
    { on: 'linux', file: '/dev/nvidiactl', visible: undefined, reason: undefined },
    { on: 'linux', file: '/dev/dxg', visible: '0', reason: undefined },
    { on: 'linux', file: '/dev/null', visible: undefined, reason: NONE },
    { on: 'linux', file: '/dev/nvidiactl', visible: '', reason: "CUDA_VISIBLE_DEVICES='' hides every GPU" },
    { on: 'linux', file: '/dev/nvidiactl', visible: '-1', reason: "CUDA_VISIBLE_DEVICES='-1' hides every GPU" },
    { on: 'darwin', file: '/dev/nvidiactl', visible: undefined, reason: 'there is no CUDA on darwin' },
  ])('on $on with $file and CUDA_VISIBLE_DEVICES=$visible: $reason', ({ on, file, visible, reason }) => {
    jest.spyOn(fs, 'existsSync').mockImplementation((path) => path === file);
    Object.defineProperty(process, 'platform', { value: on });
    delete process.env.CUDA_VISIBLE_DEVICES;
    if (visible !== undefined) process.env.CUDA_VISIBLE_DEVICES = visible;
    expect(noNvidiaDevice()).toBe(reason);
  });
});
