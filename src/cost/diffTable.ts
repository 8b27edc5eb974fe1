import { namedSteps } from '../spec/namedSteps.js';
import type { NetworkSpec, Step } from '../spec/types.js';
import { costedSpec, type CostedSpec } from './costedSpec.js';
import { diffSpecs } from './diffSpecs.js';
import { networkFacts } from './networkFacts.js';
import { sideBySide, type ComparedLine } from './sideBySide.js';
import { specOf, type SpecOrModel } from './specOf.js';
import type { Titles } from './stageFindings.js';
import { textTable, type TableRow } from './textTable.js';
import { variantDiff } from './variantDiff.js';
import { wrapText } from './wrapText.js';

// Lines end after a comma, cells of a column before an arrow.
const LINES = { width: 120, breaks: /(?<=[,;] )/ } as const;
const CELLS = { width: 58, breaks: /(?= → | \| )/, indent: '      ' } as const;

type Facts = Readonly<Record<string, string>>;

/**
 * What sets two networks apart, as plain text to read.
 *
 * First their measures and manners. Then, of two variants of one network, what differs in their stages, each thing once with all the
 * stages where it does; of two networks that share few stages, all their stages side by side, module by module, branch by branch.
 *
 * @param a A spec, or anything that carries one, such as an InceptionModel; so is `b`.
 * @param names What to call them if their own names and variants do not tell them apart.
 * @throws InceptionError as {@link diffSpecs} does.
 * @example
 * ```ts
 * const [paper, torchvision] = ['paper', 'torchvision'].map((variant) => networkSpec('googlenet', { variant }));
 * diffTable(paper, torchvision).includes('all 9 modules: 5x5.kernelSize 5 → 3'); // true
 * ```
 */
export function diffTable(a: SpecOrModel, b: SpecOrModel, names: Titles = ['first', 'second']): string {
  const [left, right] = [specOf(a), specOf(b)];
  if (diffSpecs(left, right).length === 0) return 'no difference';
  const titles = titlesOf(left, right, names);
  const [first, second] = [left, right].map(costedSpec);
  const stages = areVariants(left, right) ? variantText(first, second, titles) : sideBySideText(first, second, titles);
  return `${factTable(first, second, titles)}\n\n${stages}`;
}

function titlesOf(a: NetworkSpec, b: NetworkSpec, names: Titles): Titles {
  const [first, second] = [a, b].map(({ name, variant }) => (variant === '' ? name : `${name} (${variant})`));
  return first === second ? names : [first, second];
}

/** Whether at least half of their stages bear the same names and hold steps of the same names, in whatever order. */
function areVariants(a: NetworkSpec, b: NetworkSpec): boolean {
  const [left, right] = [a, b].map(({ trunk }) => trunk.map(skeleton));
  const inRight = new Set(right);
  return 2 * left.filter((stage) => inRight.has(stage)).length >= Math.max(left.length, right.length);
}

function skeleton(stage: Step): string {
  return namedSteps([stage], '')
    .map(({ name, step }) => `${step.op === 'module' ? 'module' : 'step'} ${name}`)
    .sort()
    .join();
}

/** Where each is from; measures always; manners where they differ, and what they have in common in a few words. */
function factTable(a: CostedSpec, b: CostedSpec, titles: Titles): string {
  const [left, right] = [a, b].map(networkFacts);
  const compare = (x: Facts, y: Facts): TableRow[] =>
    Object.keys(x).map((what) => [x[what] === y[what] ? '=' : '≠', what, x[what], y[what]]);
  const manner = compare(left.manner, right.manner);
  const table = textTable(
    ['', '', ...titles].map((head) => ({ head, align: 'left' })),
    [...compare(left.measures, right.measures), ...manner.filter(([mark]) => mark === '≠')],
  );
  const alike = manner.filter(([mark]) => mark === '=').map(([, what, value]) => `${what} ${value}`);
  const origins = [a, b].map(({ spec }) => spec.source);
  const sources = origins[0] === origins[1] ? [`both: ${origins[0]}`] : origins.map((source, index) => `${titles[index]}: ${source}`);
  const common = alike.length === 0 ? [] : ['', ...wrapText(`Both: ${alike.join('; ')}.`, { ...LINES, indent: '  ' })];
  return [...sources, '', table, ...common].join('\n');
}

function variantText(a: CostedSpec, b: CostedSpec, titles: Titles): string {
  const differences = variantDiff(a, b, titles);
  const isMoved = diffSpecs(a, b).some(({ path }) => path === 'order of steps');
  const lines = [
    ...differences.flatMap(({ where, what }) => wrapText(`${where}: ${what.join('; ')}`, { ...LINES, indent: '    ' })),
    ...(isMoved ? ['The steps that both have stand in another order.'] : []),
  ];
  return lines.length === 0 ? 'Their stages are alike.' : ['Their stages differ in:', ...lines].join('\n');
}

function sideBySideText(a: CostedSpec, b: CostedSpec, titles: Titles): string {
  const lines: ComparedLine[] = [{ mark: ' ', cells: titles }, ...sideBySide(a, b)];
  const wrapped = lines.map((line) => ('heading' in line ? line : { mark: line.mark, cells: line.cells.map(wrapCell) }));
  const width = Math.max(...wrapped.flatMap((line) => ('heading' in line ? [] : line.cells[0].map(({ length }) => length))));
  const text = wrapped.flatMap((line): string[] => {
    if ('heading' in line) return ['', line.heading];
    const [left, right] = line.cells;
    const height = Math.max(left.length, right.length);
    return Array.from({ length: height }, (_, row) => `${row === 0 ? line.mark : ' '} ${(left[row] ?? '').padEnd(width)}  ${right[row] ?? ''}`.trimEnd()); // prettier-ignore
  });
  return [...text, '', `= alike, whatever the size of the map   ≠ different   < only in ${titles[0]}   > only in ${titles[1]}`].join('\n');
}

function wrapCell(text: string): string[] {
  return wrapText(text, CELLS);
}
