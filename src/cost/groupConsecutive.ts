/**
 * A list in groups of what follows each other and belongs together.
 *
 * @param belong Whether an element is of the group of the one right before it.
 */
export function groupConsecutive<T>(list: readonly T[], belong: (before: T, element: T) => boolean): [T, ...T[]][] {
  const groups: [T, ...T[]][] = [];
  list.forEach((element, index) => {
    if (index > 0 && belong(list[index - 1], element)) groups[groups.length - 1].push(element);
    else groups.push([element]);
  });
  return groups;
}
