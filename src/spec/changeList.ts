import { invalidArgument } from '../errors.js';
import { nearestNames } from './nearestNames.js';

/** What becomes of one thing: null takes it out, a record sets its fields. */
export type Change = Readonly<Record<string, unknown>> | null;

/** Changes by name, or by a pattern in which `*` stands for anything, and which of them have found what they change. */
export class ChangeList {
  private readonly entries: readonly { readonly key: string; readonly pattern: RegExp; readonly change: Change }[];
  private readonly used = new Set<string>();

  /** @throws InceptionError `INVALID_ARGUMENT` if a change is neither null nor a record. */
  constructor(changes: unknown) {
    if (!isRecord(changes)) throw invalidArgument('changeSpec.changes', 'a record of changes by name', changes);
    this.entries = Object.entries(changes).map(([key, change]) => {
      if (change !== null && !isRecord(change)) throw invalidArgument(`changeSpec.${key}`, 'null or a record of fields', change);
      return { key, pattern: patternOf(key), change };
    });
  }

  /** The change to what bears this name; undefined where there is none. */
  of(name: string): Change | undefined {
    const own = this.entries.filter(({ pattern }) => pattern.test(name));
    for (const { key } of own) this.used.add(key);
    return own.reduce<Change | undefined>((merged, { change }) => (change === null ? null : { ...merged, ...change }), undefined);
  }

  /**
   * @param names Everything in the network that can be changed.
   * @throws InceptionError `INVALID_ARGUMENT` if a change has found nothing.
   */
  refuseUnused(names: readonly string[], network: string): void {
    const unused = this.entries.find(({ key }) => !this.used.has(key));
    if (unused === undefined) return;
    const { key, pattern } = unused;
    if (names.some((name) => pattern.test(name))) {
      throw invalidArgument('changeSpec', 'a step that the other changes leave where it is', key, 'Change it in what takes its place.');
    }
    const nearest = nearestNames(key, names).join(', ');
    const advice = `inception summary lists all ${names.length} names.`;
    throw invalidArgument('changeSpec', `the name of a step or head of ${network}, such as ${nearest}`, key, advice);
  }
}

function patternOf(key: string): RegExp {
  // Stars beside each other are one: a pattern of many would take for ever to fail.
  const literal = key.split(/\*+/).map((text) => text.replace(/[^\w]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
