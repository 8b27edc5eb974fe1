import { parse } from 'csv-parse/sync';
import { predictionsCsv, predictionsOf } from '../../src/evaluation/predictions.js';
import type { DatasetScores } from '../../src/evaluation/scoreDataset.js';

const logs = (...probabilities: number[]): Float64Array => Float64Array.from(probabilities, Math.log);

const SCORES: DatasetScores = {
  classes: ['cat', 'dog, large'],
  names: ['cat/1.png', 'dog, large/"2".png'],
  labels: Int32Array.of(0, 1),
  logProbabilities: { main: [logs(0.25, 0.75), logs(0.5, 0.5)], auxiliary_4a: [logs(1, 0), logs(0, 1)] },
  crops: 1,
};

describe('predictionsOf', () => {
  it('gives the main head’s answer, the first of equals, and how sure it is of it and of the right one', () => {
    const [one, two] = predictionsOf(SCORES);
    expect(one).toEqual({
      ...{ name: 'cat/1.png', label: 'cat', predicted: 'dog, large', isCorrect: false },
      ...{ confidence: expect.closeTo(0.75, 12) as number, labelProbability: expect.closeTo(0.25, 12) as number },
    });
    expect([two.predicted, two.isCorrect]).toEqual(['cat', false]);
  });
});

describe('predictionsCsv', () => {
  it('quotes commas and quotation marks, ends every line as RFC 4180 says, and has a column a class', () => {
    const half = { ...SCORES, logProbabilities: { main: [logs(0.5, 0.5), logs(0.5, 0.5)] } };
    expect(predictionsCsv(half)).toBe(
      'name,label,predicted,correct,confidence,label_probability,p_cat,"p_dog, large"\r\n' +
        'cat/1.png,cat,cat,1,0.5,0.5,0.5,0.5\r\n' +
        '"dog, large/""2"".png","dog, large",cat,0,0.5,0.5,0.5,0.5\r\n',
    );
  });

  it('is read back by another reader to the last bit', () => {
    const records = parse<Record<string, string>>(predictionsCsv(SCORES), { columns: true });
    expect(records).toHaveLength(2);
    expect(Number(records[0].p_cat)).toBe(Math.exp(Math.log(0.25)));
    expect(records[1].name).toBe('dog, large/"2".png');
  });

  it('of 101 classes lists the five likeliest, of 100 all', () => {
    const scoresOf = (count: number): DatasetScores => {
      const classes = Array.from({ length: count }, (_, index) => `c${index}`);
      // The likeliest are 7, 3, then 0, 1, 2, which are equal.
      const row = logs(...classes.map((_, index) => (index === 7 ? 0.5 : index === 3 ? 0.25 : 0.25 / (count - 2))));
      return { classes, names: ['x'], labels: Int32Array.of(3), logProbabilities: { main: [row] }, crops: 1 };
    };
    const [header, line] = parse(predictionsCsv(scoresOf(101)));
    expect(header.slice(6)).toEqual(['class_1', 'p_1', 'class_2', 'p_2', 'class_3', 'p_3', 'class_4', 'p_4', 'class_5', 'p_5']);
    expect([line[2], line[3], line[6], line[8], line[10], line[12], line[14]]).toEqual(['c7', '0', 'c7', 'c3', 'c0', 'c1', 'c2']);
    expect(parse(predictionsCsv(scoresOf(100)))[0]).toHaveLength(106);
  });
});
