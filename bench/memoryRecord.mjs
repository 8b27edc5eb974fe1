// What a process holds while it works: measured at times, printed as a table, and judged by what it holds at its quietest.
import { createRequire } from 'node:module';
import { cpus, totalmem } from 'node:os';

const tf = createRequire(import.meta.url)('@tensorflow/tfjs');
const MB = 2 ** 20;

/** Megabytes that may be gained while `per` steps or predictions are made. */
const LIMITS = { rss: 10, heap: 1, external: 10, wasm: 1 };
const COUNTS = ['tensors', 'native'];

/** Of the wasm backend, its heap: it grows and never shrinks. */
const wasmHeapMb = () => (tf.getBackend() === 'wasm' ? tf.backend().wasm.HEAPU8.buffer.byteLength / MB : 0);

/** Tensors that TensorFlow itself holds for tfjs-node, those that TensorFlow.js forgot included. */
const nativeTensors = () => (tf.getBackend() === 'tensorflow' ? tf.backend().binding.getNumOfTensors() : 0);

/** The machine, for the head of the table. */
export const machine = () => `Node ${process.version}, ${cpus().length} × ${cpus()[0].model}, ${Math.round(totalmem() / 2 ** 30)} GB`;

export class MemoryRecord {
  #measured = [];

  /**
   * @param unit What is counted: 'step' or 'prediction'.
   * @param per For how many of them the limits hold.
   */
  constructor(unit, per) {
    this.unit = unit;
    this.per = per;
    this.#print([unit, ...Object.keys(LIMITS).map((column) => `${column} MB`), ...COUNTS]);
  }

  /** Measures, after a garbage collection where Node.js runs with --expose-gc, and prints a line. */
  measure(done) {
    globalThis.gc?.();
    const { rss, heapUsed, external } = process.memoryUsage();
    const sizes = { rss: rss / MB, heap: heapUsed / MB, external: external / MB, wasm: wasmHeapMb() };
    const now = { done, ...sizes, tensors: tf.memory().numTensors, native: nativeTensors() };
    this.#measured.push(now);
    this.#print([done, ...Object.keys(LIMITS).map((column) => now[column].toFixed(1)), ...COUNTS.map((column) => now[column])]);
  }

  /**
   * Compares the last quarter of the measurements with the second: of each the least, since batches that worker threads have ready come and
   * go, and what leaks does not go.
   *
   * @returns Whether something grows.
   */
  judge() {
    const last = this.#measured.at(-1).done;
    const leastOf = (quarter, column) =>
      Math.min(...this.#measured.filter(({ done }) => Math.ceil((4 * done) / last) === quarter).map((point) => point[column]));
    console.log(`MB per ${this.per.toLocaleString('en')} ${this.unit}s, from the second quarter of ${last} to the last:`);
    let grows = false;
    for (const [column, limit] of Object.entries(LIMITS)) {
      const gained = (leastOf(4, column) - leastOf(2, column)) / (last / 2 / this.per);
      grows ||= gained >= limit;
      console.log(`  ${column.padEnd(9)} ${gained.toFixed(2).padStart(6)}   (less than ${limit})`);
    }
    for (const column of COUNTS) {
      // The first quarter may be the first epoch, after which the best weights are kept.
      const [first, ...later] = this.#measured.filter(({ done }) => done > last / 4).map((point) => point[column]);
      const more = Math.max(...later) - first;
      grows ||= more > 0;
      console.log(`  ${column.padEnd(9)} ${String(more).padStart(6)}   more than after the first quarter`);
    }
    console.log(grows ? 'GROWS' : 'flat');
    return grows;
  }

  #print(cells) {
    console.log(cells.map((cell) => String(cell).padStart(12)).join(''));
  }
}
