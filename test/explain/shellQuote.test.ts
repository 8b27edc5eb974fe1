import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { shellQuote } from '../../src/explain/shellQuote.js';

describe('shellQuote', () => {
  it.each([
    { word: 'photos/2024-05_a=b,c:d@e%f+g.jpg', quoted: 'photos/2024-05_a=b,c:d@e%f+g.jpg' },
    { word: "Anna's photos", quoted: `'Anna'\\''s photos'` },
    { word: '', quoted: `''` },
    { word: '$(rm -rf ~); `x`', quoted: `'$(rm -rf ~); \`x\`'` },
    { word: 'a\nb', quoted: `$'a\\012b'` },
  ])('$word', ({ word, quoted }) => {
    expect(shellQuote(word)).toBe(quoted);
  });

  it('300 words of any characters come back from bash as they were', () => {
    const characters = fc.constantFrom(...'ab \'"\\$`!*?~#&|;<>(){}[]\n\t\u001b\u007f\u0085éß漢\u{1f600}-='.split(/(?:)/u));
    const words = fc.sample(fc.string({ unit: characters, maxLength: 12 }), { seed: 1, numRuns: 300 });
    const command = `printf '%s\\0' ${words.map(shellQuote).join(' ')}`;
    const read = execFileSync('bash', ['-c', command], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8' } });
    expect(read.split('\0').slice(0, -1)).toEqual(words);
    expect(words.filter((word) => /\p{Cc}/u.test(word)).length).toBeGreaterThan(100);
  });
});
