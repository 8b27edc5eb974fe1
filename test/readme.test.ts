import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CompiledSources, runNode } from './io/compiledSources';

const README = readFileSync(join(__dirname, '..', 'README.md'), 'utf8');

/** The README's first JavaScript block and the text block after it: a program and what it printed. */
function example(): { code: string; output: string } {
  const match = /```js\n([\s\S]*?)```[\s\S]*?```text\n([\s\S]*?)```/.exec(README);
  if (!match) throw new Error('README.md: expected a js block followed by a text block.');
  return { code: match[1], output: match[2] };
}

/** Numbers depend on how long the machine trains in the time given; all else must be as printed. */
const withoutNumbers = (text: string): string => text.trim().replace(/\d+(\.\d+)?/g, '#');

describe("The README's example", () => {
  let sources: CompiledSources;
  beforeAll(async () => void (sources = await CompiledSources.create()));
  afterAll(() => sources.remove());

  it('is at most 15 lines, runs as written, and prints as many lines, the first a held-out top-1 over 0.5', async () => {
    const { code, output } = example();
    expect(code.trim().split('\n').length).toBeLessThanOrEqual(15);
    await mkdir(join(sources.folder, 'application'));
    const script = await sources.script('application/example.mjs', code);
    const { code: exitCode, stdout, stderr } = await runNode(script, [], { cwd: join(sources.folder, 'application') });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(withoutNumbers(stdout).split('\n')[0]).toBe(withoutNumbers(output).split('\n')[0]);
    expect(stdout.trim().split('\n')).toHaveLength(output.trim().split('\n').length);
    expect(Number(/top-1 ([\d.]+)/.exec(stdout)?.[1])).toBeGreaterThan(0.5);
  });
});
