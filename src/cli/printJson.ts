/** Writes a value for machines: JSON on standard output, nothing else. Typed arrays become arrays. */
export function printJson(value: unknown): void {
  const plain = (_key: string, item: unknown): unknown => (ArrayBuffer.isView(item) ? Array.from(item as Float32Array) : item);
  process.stdout.write(`${JSON.stringify(value, plain, 2)}\n`);
}
