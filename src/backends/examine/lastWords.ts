const LINES = 3;

/** What TensorFlow logs of its ordinary course, and what Node.js prints around an error. */
const NO_REASON = /^\s*$|^\s+at |^Node\.js v|\b[IW]\d{4} \d\d:\d\d|: [IW] (tensorflow|external)|^WARNING: All log messages before/;

/** The last lines that a process printed on standard error and that may say why it ended: `': a; b'`, or nothing. */
export function lastWords(printed: string): string {
  const lines = printed.split('\n').filter((line) => !NO_REASON.test(line));
  const last = lines.slice(-LINES).map((line) => line.trim());
  return last.length === 0 ? '' : `: ${last.join('; ')}`;
}
