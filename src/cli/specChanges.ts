import type { Command } from 'commander';
import { invalidArgument } from '../errors.js';
import { changeSpec } from '../spec/changeSpec.js';
import type { NetworkSpec } from '../spec/types.js';

/** The flags that change a network's steps. */
export interface ChangeFlags {
  readonly without?: readonly string[];
  readonly set?: readonly Setting[];
}

interface Setting {
  readonly step: string;
  readonly field: string;
  readonly value: unknown;
}

const collect = <T>(value: T, earlier: readonly T[] = []): readonly T[] => [...earlier, value];

/** Adds `--without` and `--set`. */
export function addChangeFlags(command: Command): Command {
  return command
    .option('--without <step>', 'take a step or module out (again for more); * stands for anything', collect<string>)
    .option(
      '--set <step.field=value>',
      "set a step's field, as inception_3a_5x5.filters=64 (again for more)",
      (text: string, earlier?: readonly Setting[]) => collect(parseSetting(text), earlier),
    );
}

/** The network with what the flags change; itself where there are none. */
export function changedByFlags(spec: NetworkSpec, { without = [], set = [] }: ChangeFlags): NetworkSpec {
  const changes = new Map<string, Record<string, unknown> | null>();
  for (const { step, field, value } of set) changes.set(step, { ...changes.get(step), [field]: value });
  for (const step of without) {
    if (changes.get(step)) throw invalidArgument('--without', 'a step that --set does not change', step);
    changes.set(step, null);
  }
  return changes.size === 0 ? spec : changeSpec(spec, Object.fromEntries(changes));
}

function parseSetting(text: string): Setting {
  // Steps may have dots in their names, fields have none.
  const match = /^([^=]+)\.(\w+)=(.+)$/.exec(text);
  if (match === null) throw invalidArgument('--set', 'STEP.FIELD=VALUE, as inception_3a_5x5.filters=64', text);
  const [, step, field, value] = match;
  return { step, field, value: parseValue(value) };
}

/** JSON, `3x5` for a height and a width, or a word. */
function parseValue(text: string): unknown {
  const size = /^(\d+)x(\d+)$/.exec(text);
  if (size !== null) return [Number(size[1]), Number(size[2])];
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
