import { checkAgainst } from '../checkAgainst.js';
import type { Change } from './changeList.js';
import { stepSchemaOf, stepsSchema } from './specSchema.js';
import type { Step } from './types.js';

type FieldsOf<S> = S extends Step ? { readonly [Field in keyof S]?: S[Field] | null } : never;

/**
 * Other fields for a step, and steps to put round it.
 *
 * A field that is null goes back to its default. Another `op` keeps the fields that it has too.
 */
export type StepFields = FieldsOf<Step> & {
  /** Steps to put before it, in its own branch. */
  readonly before?: readonly Step[];
  /** Steps to put after it, in its own branch. */
  readonly after?: readonly Step[];
};

/**
 * A step with what a change makes of it, and the steps that the change puts round it.
 *
 * @param name Its full name, for messages: `changeSpec.inception_3a_5x5.filters: expected a positive integer, got 2.5.`
 * @throws InceptionError `INVALID_ARGUMENT` for a field that it does not have or cannot take.
 */
export function changedStep(step: Step, change: NonNullable<Change>, name: string): [before: Step[], own: Step, after: Step[]] {
  const { before, after, ...fields } = change;
  const where = `changeSpec.${name}`;
  const schema = stepSchemaOf(fields.op ?? step.op);
  const kept = Object.entries(step).filter(([field]) => !('op' in fields) || !('shape' in schema) || field in (schema.shape as object));
  const merged = { ...Object.fromEntries(kept), ...fields };
  const own = checkAgainst(schema, Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)), where);
  return [stepsAround(before, `${where}.before`), own, stepsAround(after, `${where}.after`)];
}

function stepsAround(steps: unknown, where: string): Step[] {
  return steps === undefined ? [] : checkAgainst(stepsSchema, steps, where);
}
