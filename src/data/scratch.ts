/**
 * Memory that is used again and again for values that do not outlive a call: fresh arrays of this size, several a picture, would keep the
 * garbage collector busy for a fifth of the time.
 *
 * @returns A function that gives the first `length` numbers of it, with whatever was there before.
 */
export function scratchFloats(): (length: number) => Float32Array<ArrayBuffer> {
  let memory = new Float32Array(0);
  return (length) => {
    if (memory.length < length) memory = new Float32Array(length);
    return memory.subarray(0, length);
  };
}
