import type { RandomAccessFile } from '../randomAccessFile.js';
import type { PickleContext } from './pickleMachine.js';
import { torchGlobals, torchStorage } from './torchGlobals.js';
import type { StorageReader, TorchStorage } from './torchTensor.js';

/** What a PyTorch file holds, of either layout. */
export interface TorchContents {
  /** What was saved: of weights a dictionary, which is a map. */
  readonly value: unknown;
  readonly readStorage: StorageReader;
  readonly close: () => Promise<void>;
}

/** The context in which a PyTorch file's pickles are read; every storage they name goes through `checkStorage`. */
export function torchContext(file: RandomAccessFile['file'], checkStorage: (storage: TorchStorage) => void): PickleContext {
  return {
    findGlobal: torchGlobals(file),
    loadPersistent(identifier) {
      const storage = torchStorage(file, identifier);
      checkStorage(storage);
      return storage;
    },
  };
}
