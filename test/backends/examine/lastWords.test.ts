import { lastWords } from '../../../src/backends/examine/lastWords.js';

describe('lastWords', () => {
  it('the last three lines on one, without stack, log and blank lines', () => {
    const printed = `first
second
third
fourth

WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1790438400.1 17 port.cc:153] oneDNN custom operations are on.
2026-11-22 15:50:00.123: I tensorflow/core/platform/cpu_feature_guard.cc:210] This TensorFlow binary is optimized
    at Object.<anonymous> (/a/b.js:1:1)

Node.js v20.20.2
`;
    expect(lastWords(printed)).toBe(': second; third; fourth');
  });

  it("TensorFlow's errors stay", () => {
    const line = 'E0000 00:00:1790438400.1 17 cuda_platform.cc:52] failed call to cuInit';
    expect(lastWords(`${line}\n`)).toBe(`: ${line}`);
  });

  it('nothing where nothing was printed', () => expect(lastWords('\n')).toBe(''));
});
