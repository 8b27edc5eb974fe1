import { startProgress } from '../../src/cli/progress.js';

const SHOW_CURSOR = '\u001b[?25h';
const WRAP_LINES = '\u001b[?7h';
/** Saving and restoring the cursor's place on the screen: lines printed in between would be written over. */
const SAVE_OR_RESTORE = /\u001b[78]/; // eslint-disable-line no-control-regex

/** What a progress writes on a standard error that is a terminal, or none. */
function written(isTTY: boolean, use: (progress: ReturnType<typeof startProgress>) => void): string {
  let text = '';
  const before = process.stderr.isTTY;
  process.stderr.isTTY = isTTY;
  const write = jest.spyOn(process.stderr, 'write').mockImplementation((part) => {
    text += String(part);
    return true;
  });
  try {
    const progress = startProgress('training', 4);
    use(progress);
    progress.end();
  } finally {
    write.mockRestore();
    process.stderr.isTTY = before;
  }
  return text;
}

const work = (progress: ReturnType<typeof startProgress>): void => {
  progress.update(1, 'loss 2.000');
  progress.say('epoch 1 is done');
  progress.update(2, 'loss 1.000');
  progress.say('epoch 2 is done');
};

describe('startProgress', () => {
  it('in a pipe writes the lines that stay and nothing else', () => {
    expect(written(false, work)).toBe('epoch 1 is done\nepoch 2 is done\n');
  });

  it('on a terminal draws a bar with share and note below the lines that stay, never moving over them', () => {
    const text = written(true, work);
    expect(text.indexOf('epoch 1 is done\n')).toBeGreaterThan(-1);
    expect(text.indexOf('epoch 1 is done\n')).toBeLessThan(text.indexOf('epoch 2 is done\n'));
    expect(text).toMatch(/training ██████░+ 25% loss 2\.000 ETA /);
    expect(text).toMatch(/training ████████████░+ 50% loss 1\.000 ETA /);
    expect(text).not.toMatch(SAVE_OR_RESTORE);
  });

  it('gives the terminal its cursor and its line breaks back, and leaves no listener behind', () => {
    const listeners = process.listenerCount('exit');
    const text = written(true, work);
    expect(text.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(text.lastIndexOf('\u001b[?25l'));
    expect(text.lastIndexOf(WRAP_LINES)).toBeGreaterThan(text.lastIndexOf('\u001b[?7l'));
    expect(process.listenerCount('exit')).toBe(listeners);
  });
});
