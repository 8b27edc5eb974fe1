import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPackages, type FoundPackage } from '../../../src/backends/examine/findPackages.js';
import { applicationFolder, type ApplicationFolder } from '../applicationFolder.js';

const NODE = '@tensorflow/tfjs-node';

describe('findPackages', () => {
  const [cwd, { TFJS_INCEPTION_NATIVE: before }] = [process.cwd(), process.env];
  let application: ApplicationFolder;
  let home: string;

  beforeEach(() => {
    application = applicationFolder();
    process.chdir(application.path);
    home = join(application.path, 'home');
    mkdirSync(home);
    process.env.TFJS_INCEPTION_NATIVE = home;
  });

  afterEach(() => {
    process.chdir(cwd);
    application.remove();
    if (before === undefined) delete process.env.TFJS_INCEPTION_NATIVE;
    else process.env.TFJS_INCEPTION_NATIVE = before;
  });

  const found = (name: string): FoundPackage[] => findPackages().filter((one) => one.name === name);

  it('TensorFlow.js 4.22.0 and its wasm backend beside this library, and no other backend', () => {
    const packages = findPackages();
    const installed = packages.filter(({ place, name }) => place !== undefined && name !== 'onnxruntime-node');
    expect(installed.map(({ name, version, place, problem }) => [name, version, place, problem])).toEqual([
      ['@tensorflow/tfjs', '4.22.0', 'node_modules', undefined],
      ['@tensorflow/tfjs-backend-wasm', '4.22.0', 'node_modules', undefined],
    ]);
    expect(packages).toContainEqual({ name: NODE });
    expect(packages).toHaveLength(7);
  });

  it('a package in the native home and in node_modules: both, the native home first, as the driver takes it', () => {
    application.shareTensorFlow();
    application.installNative(NODE);
    mkdirSync(join(home, 'one'));
    writeFileSync(join(home, 'one', 'index.js'), '');
    const record = { package: NODE, version: '4.22.0', folder: 'one', entry: 'index.js', tensorflow: '2.21.0' };
    writeFileSync(join(home, 'tfjs-node.json'), JSON.stringify(record));
    expect(found(NODE)).toEqual([
      { name: NODE, place: 'native home', path: join(home, 'one', 'index.js'), version: '4.22.0', tensorflow: '2.21.0' },
      { name: NODE, place: 'node_modules', path: join(application.path, 'node_modules', NODE), version: '4.22.0' },
    ]);
    rmSync(join(home, 'one'), { recursive: true });
    expect(found(NODE)[0]).toMatchObject({ place: 'native home', problem: 'its record names a file that is gone' });
  });

  it('a damaged record: what is wrong with it, and the command that mends it', () => {
    writeFileSync(join(home, 'onnxruntime-node.json'), '{');
    const [{ place, problem }] = found('onnxruntime-node');
    expect({ place, problem }).toEqual({ place: 'native home', problem: expect.stringMatching(/a damaged one\. .*native install --onnx/) });
  });

  it.each([
    { what: 'that is no JSON', text: '{ broken', problem: /^its package\.json cannot be read: .*JSON/ },
    { what: 'that is not there', text: undefined, problem: /^its package\.json cannot be read: ENOENT/ },
    { what: 'that holds null', text: 'null', problem: /^its package\.json cannot be read: / },
    { what: 'whose main file is missing', text: '{"version":"4.22.0","main":"gone.js"}', problem: /^Cannot find module '[^']+tfjs-node'/ },
  ])('a package.json $what is a problem of that package', ({ text, problem }) => {
    const folder = join(application.path, 'node_modules', NODE);
    mkdirSync(folder, { recursive: true });
    if (text !== undefined) writeFileSync(join(folder, 'package.json'), text);
    expect(found(NODE)).toEqual([expect.objectContaining({ name: NODE, path: folder, problem: expect.stringMatching(problem) })]);
  });

  it('a second copy of TensorFlow.js under a native package is its problem, with both paths', () => {
    application.installNative(NODE);
    application.installCopy('@tensorflow/tfjs-core');
    const [{ problem }] = found(NODE);
    expect(problem).toMatch(/expected the copy of @tensorflow\/tfjs-core that tfjs-inception uses \(.+\), got a second one \(.+\)/);
  });
});
