import { alignSequences, pairAlike, type Aligned } from './alignSequences.js';
import type { ComparedStage } from './comparedStage.js';

/** Operations that can stand for each other; any other is a kind of its own. */
const KINDS: Partial<Record<ComparedStage['op'], string>> = {
  convolution: 'convolution',
  separableConvolution: 'convolution',
  maxPool: 'pool',
  averagePool: 'pool',
  adaptiveAveragePool: 'pool',
  globalAveragePool: 'global pool',
  globalMaxPool: 'global pool',
  localResponseNormalization: 'normalization',
  batchNormalization: 'normalization',
};

const kindOf = ({ op }: ComparedStage): string => KINDS[op] ?? op;

// Two stages of one name and kind stand for each other, whatever else could be paired.
const SAME_NAME = 10;

/** How far two networks' stages stand for each other; 0 for those that do not. */
export function stageLikeness(a: ComparedStage, b: ComparedStage): number {
  const sameKind = kindOf(a) === kindOf(b);
  if (sameKind && a.names[0] === b.names[0]) return SAME_NAME;
  if (a.scale !== b.scale) return 0;
  // What shrinks the map stands for what shrinks it elsewhere: GoogLeNet's pools for Inception v3's reducing modules.
  if (!sameKind) return a.reduces && b.reduces ? 2 : 0;
  const branches = pairBranches(a.branches, b.branches).map(([x, y]) => (x === null || y === null ? 0 : branchLikeness(x, y)));
  const alike = branches.length === 0 ? 0 : branches.reduce((sum, value) => sum + value, 0) / branches.length;
  return (a.reduces === b.reduces ? 3 : 1) + alike;
}

/** Two modules' branches, the most alike side by side. */
export function pairBranches(a: readonly string[], b: readonly string[]): Aligned<string>[] {
  return pairAlike(a, b, branchLikeness);
}

/** The share of windows that two branches have in common, in order; more if they are the same throughout. */
function branchLikeness(a: string, b: string): number {
  if (a === b) return 2;
  const [left, right] = [a, b].map((branch) => branch.split(' → ').map((step) => step.split(',')[0]));
  const shared = alignSequences(left, right, (x, y) => (x === y ? 1 : 0)).filter(([x, y]) => x !== null && y !== null);
  return shared.length / Math.max(left.length, right.length);
}
