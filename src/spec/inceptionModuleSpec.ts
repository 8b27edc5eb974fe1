import { z } from 'zod';
import { InceptionError, show } from '../errors.js';
import { checkAgainst } from '../checkAgainst.js';
import * as field from './fields.js';
import type { InceptionModuleSpec, NaiveColumns } from './moduleForms.js';
import { nameClashes, namedSteps } from './namedSteps.js';
import { moduleSchema } from './specSchema.js';
import { convolution, maxPool } from './shortSteps.js';
import { table1Branches, type Table1Columns } from './table1.js';
import type { ModuleStep, Step } from './types.js';

const naive = { filters1x1: field.positiveInteger, filters3x3: field.positiveInteger, filters5x5: field.positiveInteger };
const merge = moduleSchema.shape.merge;
const naiveSchema = field.object({ ...naive, merge });
const table1Schema = field.object({
  ...naive,
  reduce3x3: field.positiveInteger,
  reduce5x5: field.positiveInteger,
  poolProjection: field.positiveInteger,
  merge,
});

/**
 * Turns any of the four forms of a module into a step of a network.
 *
 * @param name The module's, with which its layers' names begin.
 * @throws InceptionError `INVALID_ARGUMENT` naming every field that is not usable.
 * @see Szegedy et al. 2014, arXiv:1409.4842, Figure 2.
 * @example
 * ```ts
 * inceptionModuleSpec('mixed', { filters1x1: 64, filters3x3: 128, filters5x5: 32 }).branches.length; // 4
 * ```
 */
export function inceptionModuleSpec(name: string, spec: InceptionModuleSpec): ModuleStep {
  const where = `inceptionModule('${name}')`;
  const named = checkAgainst(moduleSchema, { ...normalize(spec, where), op: 'module', name }, where);
  const inner = named.branches.flatMap((branch, index) => namedSteps(branch, `branches[${index}]`, name));
  const clashes = nameClashes([{ name, path: 'the module itself', step: named }, ...inner]);
  if (clashes.length === 0) return named;
  const problems = clashes.map(({ path, expected, name: taken }) => `${where}.${path}: expected ${expected}, got ${show(taken)}.`);
  throw new InceptionError('INVALID_ARGUMENT', problems.join('\n'));
}

function normalize(spec: unknown, where: string): { branches: unknown; merge?: unknown } {
  if (typeof spec !== 'object' || spec === null) {
    const filters = checkAgainst(z.int(FORMS).min(1, FORMS), spec, where);
    return { branches: table1Branches(uniform(filters)) };
  }
  if ('branches' in spec) return { ...spec, branches: withNames(spec.branches) };
  const reduced = ['reduce3x3', 'reduce5x5', 'poolProjection'].some((key) => key in spec);
  if (reduced) {
    const { merge: by, ...columns } = checkAgainst(table1Schema, spec, where);
    return { branches: table1Branches(columns), ...(by && { merge: by }) };
  }
  const { merge: by, ...columns } = checkAgainst(naiveSchema, spec, where);
  return { branches: naiveBranches(columns), ...(by && { merge: by }) };
}

const FORMS = {
  error:
    'a positive integer, { filters1x1, filters3x3, filters5x5 }, { filters1x1, reduce3x3, filters3x3, reduce5x5, filters5x5, poolProjection } ' +
    'or { branches }',
};

function uniform(filters: number): Table1Columns {
  return { filters1x1: filters, reduce3x3: filters, filters3x3: filters, reduce5x5: filters, filters5x5: filters, poolProjection: filters };
}

function naiveBranches({ filters1x1, filters3x3, filters5x5 }: NaiveColumns): Step[][] {
  return [
    [convolution('1x1', filters1x1, 1)],
    [convolution('3x3', filters3x3, 3)],
    [convolution('5x5', filters5x5, 5)],
    [maxPool('pool', 3)],
  ];
}

/** Names the steps that have none; whatever is no step is left for the schema to refuse. */
function withNames(branches: unknown): unknown {
  if (!Array.isArray(branches)) return branches;
  return branches.map((branch: unknown, i) =>
    Array.isArray(branch) ? branch.map((step: unknown, j) => withName(step, `branch${i}_${j}`)) : branch,
  );
}

function withName(step: unknown, name: string): unknown {
  if (typeof step !== 'object' || step === null) return step;
  const own = 'name' in step && step.name !== undefined ? step.name : name;
  return { ...step, ...('branches' in step && { branches: withNames(step.branches) }), name: own };
}
