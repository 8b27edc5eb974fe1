import { groupConsecutive } from '../../src/cost/groupConsecutive.js';

const isNext = (before: number, element: number): boolean => element === before + 1;

it.each<{ list: number[]; groups: number[][] }>([
  { list: [], groups: [] },
  { list: [4], groups: [[4]] },
  { list: [1, 2, 3, 7, 9, 10], groups: [[1, 2, 3], [7], [9, 10]] },
  { list: [2, 1, 2], groups: [[2], [1, 2]] },
])('$list: $groups where each is one more than the one before', ({ list, groups }) => {
  expect(groupConsecutive(list, isNext)).toEqual(groups);
});
