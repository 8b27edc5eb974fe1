import type { z } from 'zod';
import { InceptionError, show } from './errors.js';

type Issue = z.core.$ZodIssue;

/**
 * A value that fits a schema, or one error that lists everything wrong with it, each complaint with its own path.
 *
 * @param where The argument's name as the caller knows it: `googLeNet`, `networkSpec`.
 * @returns A copy of the value.
 * @throws InceptionError `INVALID_ARGUMENT` if the value does not fit.
 */
export function checkAgainst<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = parse(schema, value, where);
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => describe(issue, value, where, schema));
  throw new InceptionError('INVALID_ARGUMENT', [...new Set(problems)].join('\n'));
}

/** A value may be nested more deeply than any parser follows. */
function parse<T>(schema: z.ZodType<T>, value: unknown, where: string): z.ZodSafeParseResult<T> {
  try {
    return schema.safeParse(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InceptionError('INVALID_ARGUMENT', `${where}: expected a value nested less deeply, got ${show(value)}.`);
  }
}

function describe(issue: Issue, root: unknown, where: string, schema: z.ZodType): string[] {
  const at = (path: readonly PropertyKey[], expected: string): string =>
    `${where}${spell(path)}: expected ${expected}, got ${show(valueAt(root, path))}.`;
  if (issue.code !== 'unrecognized_keys') return [at(issue.path, issue.message)];
  const known = issue.path.length === 0 && 'shape' in schema ? Object.keys(schema.shape as object).join(', ') : '';
  return issue.keys.map((key) => at([...issue.path, key], known ? `one of the keys ${known}` : 'no such key'));
}

/** `['trunk', 3, 'branches', 1, 0, 'filters']` as code would write it: `.trunk[3].branches[1][0].filters`. */
function spell(path: readonly PropertyKey[]): string {
  return path
    .map((key) =>
      typeof key === 'number' ? `[${key}]` : /^[A-Za-z_$][\w$]*$/.test(String(key)) ? `.${String(key)}` : `['${String(key)}']`,
    )
    .join('');
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value === null || value === undefined ? undefined : (value as Record<PropertyKey, unknown>)[key]),
    root,
  );
}
