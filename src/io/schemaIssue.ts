import type { z } from 'zod';

/** Where a value breaks its schema first, what it should be there, and what it is. */
export interface SchemaIssue {
  /** As `weights[2].dtype`; empty for the value itself. */
  readonly at: string;
  readonly expected: string;
  readonly actual: unknown;
}

/** The first thing that a schema found wrong, in the words of this package's messages. */
export function schemaIssue(value: unknown, error: z.ZodError): SchemaIssue {
  const [issue] = error.issues;
  let actual = value;
  let at = '';
  for (const key of issue.path) {
    at += typeof key === 'number' ? `[${key}]` : `${at && '.'}${String(key)}`;
    actual = (actual as Record<PropertyKey, unknown> | undefined)?.[key];
  }
  const expected = issue.message.replace(/^(Invalid (input|option)|Too (small|big)): expected /, '').replace(/, received .*$/, '');
  return { at, expected, actual };
}
