import type { ReportFact } from './factList.js';

/** So many entries of a list or a record are spelled out; the others are counted. */
const MOST_ENTRIES = 12;

/** `gradientClip` as words: `gradient clip`. */
export function wordsOf(name: string): string {
  return name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/**
 * A setting of any form as one line: `sgd, momentum 0.9`, `crop (area 0.5 to 1)`, `yes`.
 *
 * Records and lists are plain JSON; a pair of numbers is a range.
 */
export function spellSetting(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return 'none';
  if (Array.isArray(value)) return spellList(value as readonly unknown[]);
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  const spelled = entries.map(([key, part]) => (key === 'kind' ? String(part) : spellEntry(key, part)));
  return capped(spelled);
}

/** Settings as facts, one each; those not set are left out. */
export function settingFacts(settings: object): ReportFact[] {
  return Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]: [string, unknown]) => ({
      name: wordsOf(name),
      value: isListOfRecords(value) ? value.map(spellSetting) : typeof value === 'number' ? value : spellSetting(value),
    }));
}

function spellEntry(key: string, value: unknown): string {
  const name = wordsOf(key);
  if (value === true) return name;
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isRecord) return `${name} ${spellSetting(value)}`;
  return Object.keys(value).length === 0 ? name : `${name} (${spellSetting(value)})`;
}

function spellList(values: readonly unknown[]): string {
  const isRange = values.length === 2 && values.every((value) => typeof value === 'number');
  return isRange ? values.join(' to ') : capped(values.map(spellSetting));
}

function capped(parts: readonly string[]): string {
  if (parts.length === 0) return 'none';
  const more = parts.length - MOST_ENTRIES;
  return more > 0 ? `${parts.slice(0, MOST_ENTRIES).join(', ')} and ${more} more` : parts.join(', ');
}

function isListOfRecords(value: unknown): value is readonly object[] {
  return Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === 'object' && entry !== null);
}
