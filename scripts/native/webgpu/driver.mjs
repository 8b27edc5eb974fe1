// What useBackend says of a software adapter, of a machine without Vulkan (argument: without), and of operations that the device refuses.
import { missingKernels, tf, useBackend } from 'tfjs-inception';
import { demand } from './numbers.mjs';

const failure = (promise) =>
  promise.then(
    () => undefined,
    (error) => error,
  );

async function withAdapter() {
  const report = await useBackend('webgpu');
  demand('the device to be the CPU, for SwiftShader computes there', report.device === 'cpu', report);
  demand('the engine to be named', /^WebGPU, SwiftShader/.test(report.engine), report.engine);
  demand('every kernel of a training step', report.trains && missingKernels('webgpu').length === 0, missingKernels('webgpu'));
  demand('no navigator but the one that Node.js brings', !globalThis.navigator?.gpu, globalThis.navigator);

  const huge = await failure(tf.tidy(() => tf.add(tf.fill([20_000, 20_000], 1), 1).slice([0, 0], [1, 1])).data());
  demand(
    'an error for tensors beyond the limits of the device, not zeros',
    huge?.code === 'BACKEND_UNAVAILABLE' && /refused/.test(huge.message),
    huge,
  );
  const small = await tf.tidy(() => tf.add(tf.fill([64, 64], 1), 1)).data();
  demand(
    'right values after it',
    small.every((value) => value === 2),
    small.slice(0, 4),
  );
  const synchronous = await failure((async () => tf.fill([64, 64], 1).dataSync())());
  demand('advice where values are read synchronously', /await tensor\.data\(\)/.test(synchronous?.message), synchronous);

  const auto = await useBackend('auto');
  const passedOver = auto.rejected.find(({ name }) => name === 'webgpu');
  demand("'auto' to pass over the software adapter", auto.name !== 'webgpu' && /gpu device/.test(passedOver?.reason), auto);
}

async function withoutVulkan() {
  const error = await failure(useBackend('webgpu'));
  demand('BACKEND_UNAVAILABLE by name', error?.code === 'BACKEND_UNAVAILABLE' && /no adapter/.test(error.message), error);
  const auto = await useBackend('auto');
  demand("'auto' to go on", auto.name === 'wasm' && auto.rejected.some(({ name }) => name === 'webgpu'), auto);
}

await (process.argv[2] === 'without' ? withoutVulkan() : withAdapter());
