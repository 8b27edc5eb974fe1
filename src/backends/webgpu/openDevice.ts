import { pathToFileURL } from 'node:url';
import { InceptionError } from '../../errors.js';
import { resolveInstalled } from '../resolveInstalled.js';
import type { Gpu, GpuDevice } from './gpuObjects.js';

/** What TensorFlow.js' own start asks of a device beyond WebGPU's defaults: large tensors, and large tiles of them. */
const LIMITS = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
];

/** npm's `webgpu`: Dawn, the WebGPU of Chromium, for Node.js. */
interface DawnPackage {
  create(options: string[]): Gpu;
  /** `GPUBuffer`, `GPUBufferUsage` and so on: what a browser has as globals. */
  readonly globals: object;
}

/**
 * Opens the fastest adapter there is.
 *
 * @param install What `npm install` must be given if Dawn is missing.
 * @returns The device, and the WebGPU that it came from: the application's own `navigator.gpu` where it has one, otherwise Dawn's.
 * @throws InceptionError `BACKEND_UNAVAILABLE` if Dawn is not installed or does not load, or finds no adapter.
 */
export async function openDevice(install: string): Promise<{ gpu: Gpu; device: GpuDevice }> {
  const gpu = (globalThis as { navigator?: { gpu?: Gpu } }).navigator?.gpu ?? (await loadDawn(install));
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) {
    throw new InceptionError(
      'BACKEND_UNAVAILABLE',
      'WebGPU found no adapter. It needs a GPU with a driver for Vulkan, Metal or Direct3D 12; on Linux that is libvulkan.so.1 and the ' +
        "maker's own driver, or Mesa's.",
    );
  }
  const requiredLimits = Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]]));
  return { gpu, device: await adapter.requestDevice({ requiredLimits }) };
}

async function loadDawn(install: string): Promise<Gpu> {
  const entry = resolveInstalled('webgpu', install);
  let dawn: DawnPackage;
  try {
    dawn = (await import(pathToFileURL(entry).href)) as DawnPackage;
  } catch (cause) {
    throw new InceptionError('BACKEND_UNAVAILABLE', `webgpu is installed but does not load: ${(cause as Error).message}`, { cause });
  }
  for (const [name, value] of Object.entries(dawn.globals)) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  return dawn.create([]);
}
