// jest runs tests in another realm, whose typed arrays native addons (sharp, tfjs-node, ONNX Runtime) do not recognise
// (jest#11864). The host's own constructors mend it.
const { chmodSync, mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { TestEnvironment } = require('jest-environment-node');

const SHARED_TEMPORARY_FOLDER = tmpdir();

module.exports = class extends TestEnvironment {
  constructor(...settings) {
    // Some tests count what is left in the temporary folder, and files run beside each other: each has one of its own, open to every user as usual.
    process.env.TMPDIR = mkdtempSync(join(SHARED_TEMPORARY_FOLDER, 'test-'));
    chmodSync(process.env.TMPDIR, 0o1777);
    // Tests see a copy of the environment: what the product sets there does not reach ONNX Runtime.
    process.env.ORT_DISABLE_TELEMETRY = '1';
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
    const own = process.env.TMPDIR;
    process.env.TMPDIR = SHARED_TEMPORARY_FOLDER;
    await super.teardown();
    rmSync(own, { recursive: true, force: true, maxRetries: 3 });
  }
};
