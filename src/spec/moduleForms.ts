import type { Table1Columns } from './table1.js';
import type { Merge, ModuleStep, Step } from './types.js';

/** The naive module of arXiv:1409.4842, Figure 2(a): no reductions, and the pool branch keeps the input's channels. */
export interface NaiveColumns {
  readonly filters1x1: number;
  readonly filters3x3: number;
  readonly filters5x5: number;
}

export type Unnamed<S> = S extends { name: string } ? Omit<S, 'name'> & { readonly name?: string } : never;

/** A step as users may write it: without a name it is called after its place, `branch0_1` for the second step of the first branch. */
export type UnnamedStep =
  Unnamed<Exclude<Step, ModuleStep>> | (Omit<ModuleStep, 'name' | 'branches'> & FreeBranches & { readonly name?: string });

/** Any branches: every kernel, stride and pool is free. */
export interface FreeBranches {
  readonly branches: readonly (readonly UnnamedStep[])[];
}

/**
 * An Inception module in one of four forms.
 *
 * - `64`: the uniform module, every branch that wide, its reductions too.
 * - {@link NaiveColumns}: the naive module.
 * - {@link Table1Columns}: Table 1's columns, the dimension-reduced module.
 * - {@link FreeBranches}: branches spelt out step by step.
 *
 * The last three may name a `merge`; the default is `'concat'`.
 */
export type InceptionModuleSpec = number | ((NaiveColumns | Table1Columns | FreeBranches) & { readonly merge?: Merge });
