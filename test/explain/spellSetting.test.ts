import { settingFacts, spellSetting } from '../../src/explain/spellSetting.js';

describe('spellSetting', () => {
  it.each([
    { value: { kind: 'sgd', momentum: 0.9 }, text: 'sgd, momentum 0.9' },
    { value: { crop: { area: [0.5, 1], aspect: [0.8, 1.25] }, flip: true }, text: 'crop (area 0.5 to 1, aspect 0.8 to 1.25), flip' },
    { value: { erase: {}, mixup: { alpha: 0.2 } }, text: 'erase, mixup (alpha 0.2)' },
    { value: { main: 1, auxiliary_4a: [0.3, 0] }, text: 'main 1, auxiliary_4a 0.3 to 0' },
    { value: { norm: undefined, value: 2 }, text: 'value 2' },
    { value: {}, text: 'none' },
    { value: true, text: 'yes' },
    { value: null, text: 'none' },
    { value: ['a', 'b', 'c'], text: 'a, b, c' },
  ])('$text', ({ value, text }) => {
    expect(spellSetting(value)).toBe(text);
  });

  it('spells 12 of 1,000 class weights and counts the other 988', () => {
    const weights = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`c${index}`, 1]));
    expect(spellSetting(weights)).toMatch(/^c0 1, .*c11 1 and 988 more$/);
  });
});

describe('settingFacts', () => {
  it('names settings in words, keeps numbers, gives each phase a line, and leaves out what is not set', () => {
    expect(settingFacts({ labelSmoothing: 0.1, restoreBest: false, averaging: undefined, phases: [{ epochs: 2 }, { epochs: 3 }] })).toEqual(
      [
        { name: 'label smoothing', value: 0.1 },
        { name: 'restore best', value: 'no' },
        { name: 'phases', value: ['epochs 2', 'epochs 3'] },
      ],
    );
  });
});
