// jest runs tests in another realm, whose typed arrays native addons (sharp, tfjs-node, ONNX Runtime) do not recognise
// (jest#11864). The host's own constructors mend it.
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { TestEnvironment } = require('jest-environment-node');

const SHARED_TEMPORARY_FOLDER = tmpdir();

module.exports = class extends TestEnvironment {
  constructor(...settings) {
    // Some tests count what is left in the temporary folder, and files run beside each other: each has one of its own.
    process.env.TMPDIR = mkdtempSync(join(SHARED_TEMPORARY_FOLDER, 'test-'));
    super(...settings);
  }

  async setup() {
    await super.setup();
    for (const name of [
      'ArrayBuffer',
      'SharedArrayBuffer',
      'DataView',
      'Uint8Array',
      'Uint8ClampedArray',
      'Int8Array',
      'Uint16Array',
      'Int16Array',
      'Uint32Array',
      'Int32Array',
      'Float32Array',
      'Float64Array',
      'BigInt64Array',
      'BigUint64Array',
    ]) {
      this.global[name] = globalThis[name];
    }
  }

  async teardown() {
    await super.teardown();
    rmSync(process.env.TMPDIR, { recursive: true, force: true });
    process.env.TMPDIR = SHARED_TEMPORARY_FOLDER;
  }
};
