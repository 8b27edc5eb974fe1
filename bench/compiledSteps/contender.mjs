// One that is measured, in a process of its own that does nothing while another has its turn.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * A program that gets its task as JSON in its last argument, says in a line that it is ready, and answers each line `{ runs }` on its input
 * with a line `{ milliseconds }`: one number a run.
 */
export class Contender {
  /** @param variables Of the environment, besides this process's own. */
  constructor(name, [command, ...rest], task, variables = {}) {
    this.name = name;
    const options = { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...variables } };
    this.child = spawn(command, [...rest, JSON.stringify(task)], options);
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    this.complaints = '';
    this.child.stderr.setEncoding('utf8').on('data', (text) => (this.complaints = (this.complaints + text).slice(-4000)));
    this.ended = once(this.child, 'close');
    // A program that has ended no longer reads; answer() says so.
    this.child.stdin.on('error', () => undefined);
  }

  async answer() {
    const { value, done } = await this.lines.next();
    if (!done) return JSON.parse(value);
    const [code] = await this.ended;
    throw new Error(`${this.name}: expected an answer, but its process ended with ${code}.\n${this.complaints}`);
  }

  /** What it says of itself: `{ parameters: { trainable, total }, multiplyAdds, version, firstMs }`. */
  async ready() {
    return this.answer();
  }

  /** Milliseconds of each of so many runs. */
  async run(runs) {
    this.child.stdin.write(`${JSON.stringify({ runs })}\n`);
    return (await this.answer()).milliseconds;
  }

  async close() {
    this.child.stdin.end();
    await this.ended;
  }
}
