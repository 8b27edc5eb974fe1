import { dataSection, type DataSummary } from '../../src/explain/dataSection.js';
import { brokenMarkup } from './brokenMarkup.js';

const none = { groups: [], count: 0, acrossSplit: 0, acrossClasses: 0, alone: 0, heldOutInTraining: 0 };
const base: DataSummary = { classes: ['cat', 'dog'], train: [30, 10], validation: [10, 0] };

function markupOf(data: Partial<DataSummary>): string {
  const { markup } = dataSection({ ...base, ...data }).body;
  expect(brokenMarkup(markup)).toBeUndefined();
  return markup.replace(/\s+/g, ' ');
}

describe('dataSection', () => {
  it('draws 30 and 10 pictures of the largest class as three quarters and one', () => {
    expect(markupOf({}).match(/width:[\d.]+%/g)).toEqual(['width:75.00%', 'width:25.00%', 'width:25.00%', 'width:0.00%']);
    expect(markupOf({})).toContain('40 pictures to learn from and 10 held out, in 2 classes.');
  });

  it.each([
    { ratio: 8.333, isUnbalanced: true, says: 'The classes are unbalanced: cat has 8.3 times as many training pictures as dog. Add more.' },
    { ratio: Infinity, isUnbalanced: true, says: 'unbalanced: cat has training pictures, but there are none of dog' },
    { ratio: 1.25, isUnbalanced: false, says: 'The classes are fairly balanced: cat has 1.3 times as many' },
    { ratio: 1, isUnbalanced: false, says: 'Every class has as many training pictures as the others.' },
  ])('tells a ratio of $ratio between the classes', ({ ratio, isUnbalanced, says }) => {
    const advice = isUnbalanced ? 'Add more.' : undefined;
    expect(markupOf({ balance: { largest: 'cat', smallest: 'dog', ratio, isUnbalanced, advice } })).toContain(says);
  });

  it('shows the 20 largest and 20 smallest of 1,000 classes, and one class alone', () => {
    const classes = Array.from({ length: 1000 }, (_, index) => `c${index}`);
    const long = markupOf({ classes, train: classes.map((_, index) => index), validation: classes.map(() => 1) });
    expect(long).toContain('<i>960 more classes</i>');
    expect(long.match(/class="track"/g)).toHaveLength(40);
    expect(long).toContain('>c999<');
    expect(long).not.toContain('>c500<');
    expect(markupOf({ classes: ['only'], train: [1], validation: [0] })).toContain('1 picture to learn from and 0 held out, in 1 class.');
  });

  it('lists 100 of 10,000 unreadable files and counts the other 9,900', () => {
    const unreadable = Array.from({ length: 10_000 }, (_, index) => ({ path: `photos/<${index}>.jpg`, reason: 'Damaged.' }));
    const markup = markupOf({ unreadable, ignored: 1 });
    expect(markup).toContain('10,000 files could not be read and were left out');
    expect(markup.match(/: Damaged\./g)).toHaveLength(100);
    expect(markup).toContain('… and 9,900 more');
    expect(markup).toContain('1 file is no picture and was passed over.');
  });

  it('says that no picture is there twice only where files were compared', () => {
    const report = { exact: none, near: none, heldOutInTraining: 0, dropped: 0 };
    expect(markupOf({ duplicates: { report } })).toContain('No picture is there twice');
    expect(markupOf({})).not.toContain('Duplicates');
  });

  it('names 50 of 10,000 groups of duplicates and 6 pictures of a large one, and counts the others', () => {
    const pictures = Array.from({ length: 100 }, (_, index) => ({ name: `cat/${index}.jpg`, label: 'cat', side: 'train' as const }));
    const group = { pictures, count: 5000, acrossSplit: false, acrossClasses: false };
    const exact = { ...none, groups: Array.from({ length: 100 }, () => group), count: 10_000, alone: 10_000 };
    const markup = markupOf({ duplicates: { report: { exact, near: none, heldOutInTraining: 0, dropped: 0 } } });
    expect(markup).toContain('50 of 10,000 groups by name');
    expect(markup).toContain('… and 9,950 more');
    expect(markup.match(/cat\/\d+\.jpg/g)).toHaveLength(300);
    expect(markup).toContain('and 4,994 more');
    expect(markup).toContain('they only count twice');
  });

  it.each([
    {
      fault: { heldOutInTraining: 4 },
      says: '4 held-out pictures have their like among those learned from: the result may look better than it is.',
    },
    { fault: { heldOutInTraining: 4, dropped: 9 }, says: '9 training pictures were left out for being held out too.' },
  ])('says what it means: $says', ({ fault, says }) => {
    const exact = { ...none, count: 2, acrossSplit: 2, heldOutInTraining: 4 };
    expect(markupOf({ duplicates: { report: { exact, near: none, dropped: 0, ...fault } } })).toContain(says);
  });
});
