import type { NativeBackend, NativeTensor, TensorEntry } from './nativeBackend.js';

/**
 * The backend's entry of a tensor whose values are a session's: it has an id of its own only while somebody wants to read it. TensorFlow
 * does not copy what is read; it copies what is written while somebody still holds what was read.
 */
export class LentTensor implements TensorEntry {
  readonly values = null;
  refCount = 0;
  private value: NativeTensor | undefined;

  /** @param read Has the session read out all that is lent: it calls {@link receive}. */
  constructor(
    readonly shape: readonly number[],
    readonly dtype: number,
    private readonly read: () => void,
  ) {}

  get id(): number {
    if (this.value === undefined) this.read();
    return this.value!.id;
  }

  /** Whether its value is in the session alone. */
  get isOpen(): boolean {
    return this.value === undefined;
  }

  /** Whether others than the variable have it. */
  get isShared(): boolean {
    return this.refCount > 1;
  }

  receive(value: NativeTensor): void {
    this.value = value;
  }

  /** Lets go of what was read, for the session is about to have another value. */
  release({ binding }: NativeBackend): void {
    if (this.value) binding.deleteTensor(this.value.id);
    this.value = undefined;
  }
}
