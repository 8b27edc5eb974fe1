// Holds the safetensors files that this package writes to the reference implementation: it must find every type, shape, byte and text.
// Usage: node scripts/interop/checkSafetensors.mjs PYTHON [DIST]
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { built, runPython } from './interop.mjs';

const { encodeSafetensors } = built('io/safetensors/safetensors.js');
const { SAFETENSORS_TYPES, tensorBytes } = built('io/safetensors/safetensorsType.js');

const folder = mkdtempSync(join(tmpdir(), 'inception-interop-'));
try {
  const ofEachType = SAFETENSORS_TYPES.map((dtype) => {
    const shape = [2, 1, 4];
    return { name: `typed/${dtype}`, dtype, shape, data: Uint8Array.from({ length: tensorBytes(dtype, shape) }, (_, at) => at % 2) };
  });
  const numbers = { name: 'numbers', dtype: 'F32', shape: [3], data: new Uint8Array(Float32Array.of(1.5, -2, 0.125).buffer) };
  const names = ['', '10', '9', '__proto__', 'Größe "½" 😀 ﹏'].map((name) => ({
    name,
    dtype: 'I32',
    shape: [],
    data: Uint8Array.of(7, 0, 0, 0),
  }));
  const empty = { name: 'empty', dtype: 'F32', shape: [3, 0], data: new Uint8Array() };
  const tensors = [...ofEachType, numbers, ...names, empty];
  const metadata = { format: 'pt', note: 'ä "\\" \n' };

  const file = join(folder, 'ours.safetensors');
  writeFileSync(file, Buffer.concat(encodeSafetensors(tensors, metadata)));
  const read = runPython('readSafetensors.py', file);

  assert.deepEqual(read.metadata, metadata);
  const found = Object.entries(read.tensors).map(([name, { dtype, shape, hex }]) => ({ name, dtype, shape, hex }));
  const expected = tensors.map(({ name, dtype, shape, data }) => ({ name, dtype, shape, hex: Buffer.from(data).toString('hex') }));
  const byName = (a, b) => (a.name < b.name ? -1 : 1);
  assert.deepEqual(found.sort(byName), expected.sort(byName));
  assert.equal(read.tensors.numbers.sum, -0.375);
  console.log(`ok     safetensors: Python reads ${found.length} tensors of ${SAFETENSORS_TYPES.length} types as they were written`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
