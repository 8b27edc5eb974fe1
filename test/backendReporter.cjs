// Says at the end of a run that asked for a backend how much of it computed there, and fails it where a file that should have did not.
const { mkdtempSync, readdirSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, relative } = require('node:path');
const { IN_OTHER_PROCESSES } = require('./onAskedBackend.cjs');

module.exports = class {
  constructor() {
    // Workers inherit it, and test/startBackend.ts writes there.
    this.folder = mkdtempSync(join(tmpdir(), 'inception-operations-'));
    process.env.INCEPTION_TEST_OPERATIONS = this.folder;
  }

  onRunComplete(_, { testResults }) {
    const proofs = new Map();
    for (const name of readdirSync(this.folder)) {
      const proof = JSON.parse(readFileSync(join(this.folder, name), 'utf8'));
      proofs.set(proof.file, proof);
    }
    rmSync(this.folder, { recursive: true });
    const totals = { tests: 0, files: 0, operations: 0 };
    const idle = [];
    const elsewhere = [];
    for (const { testFilePath, numPassingTests, numFailingTests } of testResults) {
      const file = relative(process.cwd(), testFilePath);
      const ran = numPassingTests + numFailingTests;
      const { operations = 0 } = proofs.get(file) ?? {};
      if (IN_OTHER_PROCESSES.includes(file)) elsewhere.push(`${file} (${ran})`);
      else if (operations === 0 && ran > 0) idle.push(file);
      else {
        totals.tests += ran;
        totals.files += 1;
        totals.operations += operations;
      }
    }
    const [{ engine } = { engine: 'nothing' }] = proofs.values();
    const { tests, files, operations } = totals;
    console.log(`\n${process.env.INCEPTION_TEST_BACKEND}: ${tests} tests in ${files} files on ${engine}, ${operations} operations.`);
    if (elsewhere.length > 0) console.log(`In processes of their own, which report their backend: ${elsewhere.join(', ')}.`);
    if (idle.length > 0) {
      this.error = new Error(
        `These computed nothing on the backend asked for. If they cannot, test/onAskedBackend.cjs leaves them out: ${idle.join(', ')}`,
      );
      console.log(this.error.message);
    }
  }

  getLastError() {
    return this.error;
  }
};
