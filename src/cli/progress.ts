import { SingleBar } from 'cli-progress';

/** A progress line on standard error: a bar on a terminal, nothing in a pipe. */
export interface Progress {
  /** @param note What stands behind the bar: loss, accuracy, rate. */
  update(done: number, note: string): void;
  /** Prints a line that stays, above the bar. */
  say(line: string): void;
  end(): void;
}

/** @param total In the unit of `update`'s `done`; the bar's remaining time is estimated from it. */
export function startProgress(title: string, total: number): Progress {
  const print = (line: string): void => void process.stderr.write(`${line}\n`);
  if (!process.stderr.isTTY) return { update: () => undefined, say: print, end: () => undefined };
  const bar = new SingleBar({
    format: `${title} {bar} {percentage}% {note} ETA {eta_formatted}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 50,
    stream: process.stderr,
  });
  let started = false;
  return {
    update(done, note) {
      if (!started) bar.start(total, 0, { note: '' });
      started = true;
      bar.update(done, { note });
    },
    say(line) {
      if (started) process.stderr.write('\r\u001b[K');
      print(line);
    },
    end() {
      if (started) bar.stop();
      started = false;
    },
  };
}
