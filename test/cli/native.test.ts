import { join } from 'node:path';
import { readdirSync } from 'node:fs';
import { install } from '../backends/native/standInInstall.js';
import { StandInMachine } from '../backends/native/standInMachine.js';
import type { ChildResult } from '../io/compiledSources.js';
import { expectError, runHere } from './inceptionCommand.js';

let machine: StandInMachine;
beforeEach(() => (machine = new StandInMachine()));
afterEach(() => machine.remove());

const native = (line: string): Promise<ChildResult> => runHere(['native', ...line.split(' ').filter(Boolean)], machine.path);

describe('inception native', () => {
  it.each(['install', 'status', 'uninstall'])('%s --help has an example and --json', async (command) => {
    const { code, stdout, stderr } = await native(`${command} --help`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`Examples?:\n  \\$ inception native ${command}`));
    expect(stdout).toContain('--json');
  });

  it.each([
    { line: 'install --wheel a.whl --libtensorflow b', error: /^error: --libtensorflow: expected no --wheel beside it, got 'a\.whl'\./m },
    { line: 'install --wheel a.whl --tensorflow 2.15.1', error: /^error: --tensorflow: expected no --wheel or --libtensorflow beside it/m },
    { line: 'install --tensorflow latest', error: /^error: --tensorflow: expected a version such as 2\.21\.0, got 'latest'\.$/m },
    { line: 'install --system-cuda', error: /^error: --system-cuda: expected --cuda beside it, got 'none'\.$/m },
    { line: 'install --onnx --system-cuda', error: /^error: --onnx: expected no flag of TensorFlow beside it, got '--system-cuda'\./m },
    { line: 'install --wheel none.whl', error: /^error: --wheel: expected a wheel of TensorFlow, got 'none\.whl'\./m },
    { line: 'install --gpu', error: /unknown option '--gpu'/ },
    { line: 'remove', error: /unknown command 'remove'/ },
  ])('$line ends with 2, and changes nothing', async ({ line, error }) => {
    expectError(await native(line), 2, error);
    expect(readdirSync(machine.path)).not.toContain('home');
  });

  it('what the machine lacks ends install with 1', async () => {
    machine.without('g++');
    expectError(await native('install'), 1, /^error: inception native install: this machine lacks\n {2}a C\+\+ compiler \(g\+\+\): /m);
  });

  it('nothing installed: status and uninstall say so, and end with 0', async () => {
    expect(await native('status')).toMatchObject({ code: 0, stdout: `nothing is installed in ${machine.home}\n` });
    expect(JSON.parse((await native('status --json')).stdout)).toEqual({ home: machine.home, packages: [] });
    const { code, stderr } = await native('uninstall --all');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `nothing of tfjs-node, tfjs-node-gpu, onnxruntime-node is installed in ${machine.home}\n`,
    });
  });

  it('uninstall removes tfjs-node and says how many bytes it freed', async () => {
    const { record } = await install();
    const { code, stdout } = await native('uninstall --json');
    expect(code).toBe(0);
    const removed = JSON.parse(stdout) as { names: string[]; bytes: number };
    expect(removed).toMatchObject({ home: machine.home, names: ['tfjs-node'] });
    expect(removed.bytes).toBeGreaterThan(record.bytes ?? Infinity);
    expect(readdirSync(machine.home)).not.toContain(record.folder);
  });

  it('status of a package that does not load ends with 1, names the reason and what installs it again', async () => {
    const { record } = await install();
    const { code, stdout, stderr } = await native('status');
    expect(stdout).toMatch(
      new RegExp(
        `^tfjs-node\n  does not work: .+\n  ${join(machine.home, record.folder)}\n  @tensorflow/tfjs-node 4\\.22\\.0, TensorFlow 2\\.21\\.0`,
      ),
    );
    expect(stderr).toMatch(/^error: inception native status: tfjs-node does not work\. Install it again: inception native install$/m);
    expect(code).toBe(1);
  });
});
