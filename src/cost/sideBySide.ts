import { alignSequences, type Aligned } from './alignSequences.js';
import { comparedStages, type ComparedStage } from './comparedStage.js';
import type { CostedSpec } from './costedSpec.js';
import { groupConsecutive } from './groupConsecutive.js';
import { pairBranches, stageLikeness } from './stageLikeness.js';

/** `=` alike, `≠` different, `<` only the first has it, `>` only the second; a space where the line above has said so. */
export type Mark = '=' | '≠' | '<' | '>' | ' ';

/** One line of two columns, or a heading over both. */
export type ComparedLine = { readonly mark: Mark; readonly cells: readonly [a: string, b: string] } | { readonly heading: string };

interface Group {
  readonly mark: Mark;
  readonly pairs: readonly Aligned<ComparedStage>[];
}

/**
 * Two networks' stages side by side, in order: those of one name, and else those that do the same at the same scale; below a module its
 * branches, the most alike side by side. Stages that are alike and follow each other share a line.
 */
export function sideBySide(a: CostedSpec, b: CostedSpec): ComparedLine[] {
  const [left, right] = [a, b].map(comparedStages);
  const part = (first: string | undefined, second = first): Group[] =>
    groupsOf(alignSequences(ofPart(left, first), ofPart(right, second), stageLikeness));
  const top = part('top').flatMap(groupLines);
  const heads = alignSequences(a.spec.auxiliaryHeads, b.spec.auxiliaryHeads, () => 1).flatMap(([x, y]): ComparedLine[] => {
    const [first, second] = [x, y].map((head) => (head ? `${head.name}: after ${head.after}, weight ${head.lossWeight}` : 'no such head'));
    return [{ heading: `${first} | ${second}` }, ...part(x?.name, y?.name).flatMap(groupLines)];
  });
  return [...withScales(part('trunk')), ...(top.length > 0 ? [{ heading: 'top' }] : []), ...top, ...heads];
}

function ofPart(stages: readonly ComparedStage[], name: string | undefined): ComparedStage[] {
  return stages.filter(({ part }) => part === name);
}

/** Pairs with their marks; alike ones of one scale that follow each other together. */
function groupsOf(pairs: readonly Aligned<ComparedStage>[]): Group[] {
  const areAlike = (before: Aligned<ComparedStage>, pair: Aligned<ComparedStage>): boolean =>
    [before, pair].every((one) => markOf(one) === '=') && scaleOf(before) === scaleOf(pair);
  return groupConsecutive(pairs, areAlike).map((group) => ({ mark: markOf(group[0]), pairs: group }));
}

function markOf([a, b]: Aligned<ComparedStage>): Mark {
  if (a === null) return '>';
  if (b === null) return '<';
  const [first, second] = [a, b].map(({ label, branches, names }) => [label, names.length, ...branches].join('\n'));
  return first === second ? '=' : '≠';
}

function scaleOf([a, b]: Aligned<ComparedStage>): number {
  return (a ?? b)?.scale ?? 0;
}

function withScales(groups: readonly Group[]): ComparedLine[] {
  return groups.flatMap((group, index): ComparedLine[] => {
    const scale = scaleOf(group.pairs[0]);
    const isNew = index === 0 || scaleOf(groups[index - 1].pairs[0]) !== scale;
    return [...(isNew ? [{ heading: scale === 1 ? 'at full size' : `at 1/${scale} of the picture's size` }] : []), ...groupLines(group)];
  });
}

function groupLines({ mark, pairs }: Group): ComparedLine[] {
  const [left, right] = [0, 1].map((side) => pairs.flatMap((pair) => pair[side] ?? []));
  const head: ComparedLine = { mark, cells: [headCell(left), headCell(right)] };
  if (mark === '=') return [head];
  const branches = pairBranches(left[0]?.branches ?? [], right[0]?.branches ?? []);
  const bothModules = left[0]?.op === 'module' && right[0]?.op === 'module';
  return [
    head,
    ...branches.map(([a, b]): ComparedLine => ({ mark: bothModules ? branchMark(a, b) : ' ', cells: [a ?? '', b ?? ''].map(indented) as [string, string] })), // prettier-ignore
  ];
}

function indented(text: string): string {
  return text === '' ? '' : `    ${text}`;
}

function branchMark(a: string | null, b: string | null): Mark {
  if (a === null) return '>';
  if (b === null) return '<';
  return a === b ? '=' : '≠';
}

/** `inception_4b to inception_4d (3)  → 14×14×512`. */
function headCell(stages: readonly ComparedStage[]): string {
  if (stages.length === 0) return '';
  const names = stages.flatMap((stage) => stage.names);
  const title = names.length === 1 ? names[0] : `${names[0]} to ${names[names.length - 1]} (${names.length})`;
  const label = stages.length === 1 ? stages[0].label : '';
  return [title, label, `→ ${stages[stages.length - 1].shape}`].filter(Boolean).join('  ');
}
