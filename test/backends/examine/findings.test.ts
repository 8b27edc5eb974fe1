import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeMachine } from '../../../src/backends/examine/describeMachine.js';
import { findGpu } from '../../../src/backends/findGpu.js';
import { findTools } from '../../../src/backends/examine/findTools.js';

/** Sets variables for as long as a test runs. */
const withVariables = (variables: Readonly<Record<string, string>>): void => {
  Object.assign(process.env, variables);
};

describe('What is found of the machine', () => {
  const before = { ...process.env };
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'inception-findings-'))));
  afterEach(() => {
    process.env = { ...before };
    rmSync(folder, { recursive: true });
  });

  it('Node.js, cores and memory; and the free space where a native home would be, which is not there yet', () => {
    withVariables({ TFJS_INCEPTION_NATIVE: join(folder, 'not', 'yet') });
    const machine = describeMachine();
    expect(machine).toMatchObject({ node: process.versions.node, platform: process.platform, nativeHome: join(folder, 'not', 'yet') });
    expect(machine.cores).toBeGreaterThanOrEqual(1);
    expect(machine.memoryBytes).toBeGreaterThan(2 ** 28);
    expect(machine.memoryBytes).toBeLessThan(2 ** 50);
    expect(machine.freeDiskBytes).toBeGreaterThan(0);
  });

  it("NVIDIA's libcuda.so.1 where LD_LIBRARY_PATH leads to one", () => {
    writeFileSync(join(folder, 'libcuda.so.1'), '');
    withVariables({ LD_LIBRARY_PATH: `/no/such/folder:${folder}` });
    expect(findGpu().cudaLibrary).toBe(join(folder, 'libcuda.so.1'));
  });

  it('three tools, none of them on an empty PATH: each with what brings it', async () => {
    withVariables({ PATH: folder, CXX: '' });
    const tools = await findTools();
    expect(tools.map(({ what, version }) => ({ what, version }))).toEqual([
      { what: 'a C++ compiler (g++)', version: undefined },
      { what: 'python3 with pip', version: undefined },
      { what: 'npm', version: undefined },
    ]);
    expect(tools.map(({ mend }) => mend)).toEqual(Array(3).fill(expect.stringMatching(/\w/)));
  });

  it('a program that fails is no tool, and one that prints its version is', async () => {
    withVariables({ PATH: folder, CXX: '' });
    writeFileSync(join(folder, 'g++'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    writeFileSync(join(folder, 'npm'), '#!/bin/sh\necho 99.1.0\necho more\n', { mode: 0o755 });
    const [compiler, , npm] = await findTools();
    expect(compiler).toEqual({ what: 'a C++ compiler (g++)', mend: expect.stringMatching(/\w/) });
    expect(npm).toEqual({ what: 'npm', version: '99.1.0' });
  });
});
