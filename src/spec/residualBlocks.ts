import { double3x3, factorized7x7 } from './branches.js';
import { convolution } from './shortSteps.js';
import type { ModuleStep, Step } from './types.js';

/** How often a block stands in a row, by how much its branches are scaled down before they are added, and what it is made of. */
export interface ResidualRow {
  readonly name: string;
  readonly blocks: number;
  readonly scale: number;
  readonly branches: readonly (readonly Step[])[];
}

/** Residual blocks in a row, `<name>_1` onwards. */
export function residualBlocks({ name, blocks, scale, branches }: ResidualRow): ModuleStep[] {
  return Array.from({ length: blocks }, (_, index) => ({
    op: 'module',
    name: `${name}_${index + 1}`,
    branches,
    merge: { residual: scale },
  }));
}

/** The same, but the last block's branches are added at full strength, and no ReLU follows: the features that are then averaged may be negative. */
export function finalResidualBlocks(row: ResidualRow): ModuleStep[] {
  const blocks = residualBlocks(row);
  const last = blocks[blocks.length - 1];
  return [...blocks.slice(0, -1), { ...last, merge: { residual: 1, activation: 'linear' } }];
}

/** The branches of the 35×35 blocks: 1×1, 3×3 and two 3×3. Source: arXiv:1602.07261, Figures 10 and 16. */
export function block35(double1: number, double2: number): Step[][] {
  return [[convolution('1x1', 32, 1)], [convolution('3x3_reduce', 32, 1), convolution('3x3', 32, 3)], double3x3(32, double1, double2)];
}

/** The branches of the 17×17 blocks: 1×1 and a factorised 7×7. Source: arXiv:1602.07261, Figures 11 and 17. */
export function block17(filters1x1: number, reduce: number, across: number, down: number): Step[][] {
  return [[convolution('1x1', filters1x1, 1)], factorized7x7(reduce, across, down)];
}

/** The branches of the 8×8 blocks: 1×1 and a factorised 3×3. Source: arXiv:1602.07261, Figures 13 and 19. */
export function block8(across: number, down: number): Step[][] {
  return [
    [convolution('1x1', 192, 1)],
    [convolution('3x3_reduce', 192, 1), convolution('3x3_1', across, [1, 3]), convolution('3x3_2', down, [3, 1])],
  ];
}
