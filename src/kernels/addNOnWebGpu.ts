import type { KernelConfig, KernelFunc, TensorInfo } from '@tensorflow/tfjs';

/** A shader may bind eight buffers wherever there is WebGPU, and one of them is the sum. */
const LARGEST_GROUP = 7;

interface Arguments {
  readonly inputs: readonly TensorInfo[];
  readonly backend: { disposeData(dataId: object): void };
}

/**
 * The sum of any number of tensors, a few at a time. TensorFlow.js' own kernel binds all of them at once, which the device refuses: the sum
 * stays zero.
 */
export function addNOnWebGpu(original: KernelConfig): KernelConfig {
  const addGroup = original.kernelFunc as unknown as (args: Arguments) => TensorInfo;
  const addAll = ({ inputs, backend }: Arguments): TensorInfo => {
    if (inputs.length <= LARGEST_GROUP) return addGroup({ inputs, backend });
    const groups = Math.ceil(inputs.length / LARGEST_GROUP);
    const sums = Array.from({ length: groups }, (_, group) => {
      return addGroup({ inputs: inputs.slice(group * LARGEST_GROUP, (group + 1) * LARGEST_GROUP), backend });
    });
    const total = addAll({ inputs: sums, backend });
    for (const { dataId } of sums) backend.disposeData(dataId);
    return total;
  };
  return { ...original, kernelFunc: addAll as unknown as KernelFunc };
}
