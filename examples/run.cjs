// npm run example -- NAME: runs examples/NAME.ts against the built package, which it imports by name as an application would.
const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const ts = require('typescript');

const names = readdirSync(__dirname)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -3));
const [name] = process.argv.slice(2);
if (!names.includes(name)) {
  console.error(`examples: expected one of ${names.join(', ')}, got ${name}. Run npm run example -- ${names[0]}.`);
  process.exit(2);
}

require.extensions['.ts'] = (target, file) => {
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  target._compile(ts.transpileModule(readFileSync(file, 'utf8'), { compilerOptions, fileName: file }).outputText, file);
};
Promise.resolve(require(join(__dirname, `${name}.ts`))[name]()).catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
