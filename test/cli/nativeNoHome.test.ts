import { readdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CompiledSources, start, type ChildResult } from '../io/compiledSources.js';

/** What Node.js does for a user whom the system does not know, without HOME. */
const NO_HOME = `require('os').homedir = () => { throw new Error('uv_os_homedir returned ENOENT'); };`;

const APPLICATION = `
const { useBackend } = require('./dist/backends/useBackend.js');
useBackend('tfjs-node').catch(({ message }) => console.log(message)).then(() => useBackend()).then(({ name }) => console.log(name));`;

describe('A user without a home folder', () => {
  let sources: CompiledSources;
  let noHome: string;
  beforeAll(async () => {
    sources = await CompiledSources.create();
    noHome = await sources.script('noHome.cjs', NO_HOME);
    symlinkSync(resolve(__dirname, '..', '..', 'native'), join(sources.folder, 'native'), 'junction');
    await sources.script('application.cjs', APPLICATION);
  });
  afterAll(() => sources.remove());

  const run = (...parameters: readonly string[]): Promise<ChildResult> => {
    const preload = `--require=${noHome}`;
    const unset = { TFJS_INCEPTION_NATIVE: undefined, XDG_DATA_HOME: undefined, HOME: undefined };
    return start(process.execPath, parameters, { cwd: sources.folder, env: { ...process.env, ...unset, NODE_OPTIONS: preload } }).ended;
  };

  it.each([
    { line: 'cost googlenet', says: /7,020,392 parameters/ },
    { line: 'native --help', says: /TFJS_INCEPTION_NATIVE names another folder/ },
  ])('$line works', async ({ line, says }) => {
    const { code, stdout, stderr } = await run('dist/cli/main.js', ...line.split(' '));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(says);
  });

  it.each(['install', 'status', 'uninstall'])('native %s names the variable that says where', async (command) => {
    const { code, stdout, stderr } = await run('dist/cli/main.js', 'native', command);
    const error = 'error: inception native: expected a home folder of this user, got none. Set TFJS_INCEPTION_NATIVE to a folder.\n';
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: error });
    expect(readdirSync(sources.folder)).not.toContain('.local');
  });

  it('has no native package, and computes on wasm', async () => {
    const { stdout } = await run('application.cjs');
    expect(stdout).toMatch(/^useBackend\('tfjs-node'\): @tensorflow\/tfjs-node is not installed\. .*\nwasm\n$/);
  });
});
