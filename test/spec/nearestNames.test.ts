import { nearestNames } from '../../src/spec/nearestNames.js';

const NAMES = ['conv1', 'pool1', 'inception_3a', 'inception_3a_5x5', 'inception_3a_5x5_reduce', 'inception_3b_5x5', 'dropout'];

it.each([
  { sought: 'inception_3a_5x5_reduc', nearest: ['inception_3a_5x5_reduce', 'inception_3a_5x5'] },
  { sought: '5X5', nearest: ['inception_3a_5x5', 'inception_3b_5x5'] },
  { sought: 'inception_3a_5x4', nearest: ['inception_3a', 'inception_3a_5x5'] },
  { sought: 'drpout', nearest: ['dropout', 'pool1'] },
  { sought: 'cov1', nearest: ['conv1', 'pool1'] },
])("nearest to '$sought' are $nearest", ({ sought, nearest }) => {
  expect(nearestNames(sought, NAMES, 2)).toEqual(nearest);
});

it('gives four unless told, and no more than there are', () => {
  expect(nearestNames('x', NAMES)).toHaveLength(4);
  expect(nearestNames('x', ['a', 'b'])).toEqual(['a', 'b']);
});
