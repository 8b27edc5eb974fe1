import { fileStart, PICKLE_START, ZIP_START } from '../fileStart.js';
import type { WeightFile } from '../modelFile.js';
import type { StoredTensor } from '../storedTensor.js';
import { findStateDict } from './findStateDict.js';
import { notTorch, openTorchLegacy } from './openTorchLegacy.js';
import { openTorchZip } from './openTorchZip.js';
import type { TorchContents } from './torchContents.js';
import { readTensor } from './torchTensor.js';

/**
 * Opens a `.pth`, `.pt` or `.bin` file of PyTorch: a state dict, or a training checkpoint with one in it. Nothing in the file is executed.
 *
 * @returns Its tensors by PyTorch's names; a `module.` before all of them, of networks that were trained on several devices, is left out.
 * @throws InceptionError `NOT_FOUND`; `CORRUPT_WEIGHTS` for a damaged file; `UNSUPPORTED_FORMAT`, by name, for whatever is no plain tensor:
 *   whole pickled networks, objects, functions, quantised and sparse tensors, TorchScript, big-endian files.
 * @see https://pytorch.org/docs/stable/notes/serialization.html
 */
export async function openTorchWeights(where: string, file: string): Promise<WeightFile> {
  const { value, readStorage, close } = await openContents(where, file);
  try {
    const tensors = [...findStateDict(file, value)].map(([name, tensor]): [string, StoredTensor] => [
      name,
      { name, shape: tensor.shape, dtype: tensor.type, read: () => readTensor(tensor, readStorage) },
    ]);
    return { file, tensors: new Map(tensors), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openContents(where: string, file: string): Promise<TorchContents> {
  const start = await fileStart(where, file, 'CORRUPT_WEIGHTS');
  if (start === ZIP_START) return openTorchZip(where, file);
  if (start.startsWith(PICKLE_START)) return openTorchLegacy(where, file);
  throw notTorch(file, `one that starts with ${JSON.stringify(start)}`);
}
