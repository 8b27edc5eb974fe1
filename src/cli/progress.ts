import { MultiBar } from 'cli-progress';

/** Something under way that takes a while: on a terminal a line on standard error, in a pipe nothing. */
export interface Progress {
  /** @param note What stands behind the bar: loss, accuracy, rate. */
  update(done: number, note?: string): void;
  /** Prints a line that stays, above the bar. */
  say(line: string): void;
  end(): void;
}

/** Prints a line for people, on standard error: standard output is the result's. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** While a bar stands, the terminal cuts long lines off; lines that stay are to wrap. */
const WRAPPED = { on: '\u001b[?7h', off: '\u001b[?7l' };

/** @param total In the unit of `update`'s `done`; the remaining time is estimated from it. Without it there is no bar, but the title alone. */
export function startProgress(title: string, total?: number): Progress {
  if (!process.stderr.isTTY) return { update: () => undefined, say, end: () => undefined };
  // A single bar would return the cursor to where it began, over the lines printed since.
  const bars = new MultiBar({
    format: total === undefined ? `${title} …` : `${title} {bar} {percentage}% {note} ETA {eta_formatted}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 50,
    stream: process.stderr,
  });
  const bar = bars.create(total ?? 1, 0, { note: '' });
  // Whatever ends the process, the terminal gets its cursor and its line breaks back.
  const end = (): void => {
    bars.stop();
    process.off('exit', end);
  };
  process.once('exit', end);
  return {
    update: (done, note = '') => bar.update(done, { note }),
    say(line) {
      bars.log(`${WRAPPED.on}${line}\n${WRAPPED.off}`);
      bars.update();
    },
    end,
  };
}

/** Shows a title for as long as some work takes. */
export async function showing<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
  const progress = startProgress(title);
  try {
    return await work();
  } finally {
    progress.end();
  }
}
