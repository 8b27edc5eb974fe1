import { InceptionError, show } from '../errors.js';
import { checkAgainst } from '../checkAgainst.js';
import { nameClashes, namedStepsOf } from './namedSteps.js';
import { networkSchema } from './specSchema.js';
import { traceShapes } from './traceShapes.js';
import type { NetworkSpec } from './types.js';

/**
 * Checks a network's spec, such as one read from JSON, and returns a copy of it.
 *
 * @param value Anything; fields that a spec does not have are refused.
 * @throws InceptionError `INVALID_ARGUMENT` listing everything wrong with it by path:
 *   `networkSpec.trunk[3].branches[1][0].filters: expected a positive integer, got 2.5.`; `INPUT_TOO_SMALL` if a window does not fit.
 * @example
 * ```ts
 * const spec = validateSpec(JSON.parse(await readFile('network.json', 'utf8')));
 * ```
 */
export function validateSpec(value: unknown): NetworkSpec {
  const spec = checkAgainst(networkSchema, value, 'networkSpec');
  const problems = [...nameProblems(spec), ...headProblems(spec), ...channelProblems(spec)];
  if (problems.length > 0) throw new InceptionError('INVALID_ARGUMENT', problems.join('\n'));
  traceShapes(spec);
  return spec;
}

function complaint(path: string, expected: string, actual: unknown): string {
  return `networkSpec.${path}: expected ${expected}, got ${show(actual)}.`;
}

function nameProblems(spec: NetworkSpec): string[] {
  const classifiers = ['main', ...spec.auxiliaryHeads.map(({ name }) => name)].flatMap((head) => [head, `${head}_logits`]);
  const taken = new Map([['input', 'the input'], ...classifiers.map((name): [string, string] => [name, 'a classifier'])]);
  return nameClashes(namedStepsOf(spec), taken).map(({ path, expected, name }) => complaint(path, expected, name));
}

function headProblems({ classes, trunk, auxiliaryHeads }: NetworkSpec): string[] {
  const stages = trunk.map(({ name }) => name);
  const heads = auxiliaryHeads.map(({ name }) => name);
  return auxiliaryHeads.flatMap(({ name, after }, index) => {
    const path = `auxiliaryHeads[${index}]`;
    return [
      ...(stages.includes(after) ? [] : [complaint(`${path}.after`, `a step of the trunk (${stages.join(', ')})`, after)]),
      ...(name !== 'main' && heads.indexOf(name) === index ? [] : [complaint(`${path}.name`, 'a name no other head has', name)]),
      ...(classes > 0 ? [] : [complaint(path, 'no auxiliary heads where classes is 0', name)]),
    ];
  });
}

function channelProblems({ inputShape, preprocessing }: NetworkSpec): string[] {
  const { offset } = preprocessing;
  if (offset.length === inputShape[2]) return [];
  return [complaint('preprocessing.offset', `one number for each of the input's ${inputShape[2]} channels`, offset)];
}
