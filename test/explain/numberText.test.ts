import { byteText, duration, measure, nats, percent } from '../../src/explain/numberText.js';

describe('numbers as text', () => {
  it.each([
    { text: percent(0.77449), expected: '77.4\u00a0%' },
    { text: percent(-0.079), expected: '\u22127.9\u00a0%' },
    { text: percent(NaN), expected: 'n/a' },
    { text: byteText(784), expected: '784 B' },
    { text: byteText(1023.99 * 1024), expected: '1.0 MiB' },
    { text: byteText(36 * 1024), expected: '36.0 KiB' },
    { text: measure(0), expected: '0' },
    { text: measure(0.00004), expected: '4.0e-5' },
    { text: measure(0.0123), expected: '0.0123' },
    { text: measure(231.44), expected: '231.4' },
    { text: measure(23144), expected: '23,144' },
    { text: measure(2.5e7), expected: '2.5e+7' },
    { text: measure(Infinity), expected: 'n/a' },
    { text: nats(0.75), expected: '0.750' },
    { text: nats(12345), expected: '12,345' },
    { text: duration(850), expected: '850 ms' },
    { text: duration(999.6), expected: '1.0 s' },
    { text: duration(12_440), expected: '12.4 s' },
    { text: duration(59_960), expected: '1 min 0 s' },
    { text: duration(125_000), expected: '2 min 5 s' },
  ])('$expected', ({ text, expected }) => {
    expect(text).toBe(expected);
  });
});
