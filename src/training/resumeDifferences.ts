import type { PictureRecord } from '../data/dataset.js';
import { show } from '../errors.js';
import type { DataRecord } from './dataRecord.js';

/** Pictures named of each kind of difference; the rest are counted. */
const PICTURES_NAMED = 5;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * How two plain JSON values differ: a line for each place, `settings.learningRate: 0.05 then, 0.01 now`.
 *
 * @param where The place's name.
 */
export function valueDifferences(where: string, then: unknown, now: unknown): string[] {
  if (isRecord(then) && isRecord(now)) {
    const keys = [...new Set([...Object.keys(then), ...Object.keys(now)])];
    return keys.flatMap((key) => valueDifferences(where === '' ? key : `${where}.${key}`, then[key], now[key]));
  }
  if (Array.isArray(then) && Array.isArray(now) && then.length === now.length && then.some(isRecord)) {
    return then.flatMap((item, index) => valueDifferences(`${where}[${index}]`, item, (now as unknown[])[index]));
  }
  if (JSON.stringify(then) === JSON.stringify(now)) return [];
  const text = (value: unknown): string => (value === undefined ? 'not set' : show(value));
  return [`${where}: ${text(then)} then, ${text(now)} now`];
}

/** How the data of two trainings differ: settings, then pictures that are gone, new, or have another label or content. */
export function dataDifferences(where: string, then: DataRecord | undefined, now: DataRecord | undefined): string[] {
  if (then === undefined || now === undefined) {
    return then === now ? [] : [`${where}: ${then === undefined ? 'none then, some now' : 'some then, none now'}`];
  }
  const { pictures: before, ...rest } = then;
  const { pictures: after, ...restNow } = now;
  const values = valueDifferences(where, rest, restNow);
  return before && after ? [...values, ...pictureDifferences(where, before, after)] : values;
}

function pictureDifferences(where: string, then: readonly PictureRecord[], now: readonly PictureRecord[]): string[] {
  const before = new Map(then.map((picture) => [picture.name, picture]));
  const after = new Map(now.map((picture) => [picture.name, picture]));
  const inBoth = now.filter(({ name }) => before.has(name));
  const kinds: Readonly<Record<string, readonly PictureRecord[]>> = {
    'no longer there': then.filter(({ name }) => !after.has(name)),
    new: now.filter(({ name }) => !before.has(name)),
    'of another label': inBoth.filter(({ name, label }) => before.get(name)?.label !== label),
    'of another content': inBoth.filter(({ name, sha256 }) => {
      const old = before.get(name)?.sha256;
      return old !== undefined && sha256 !== undefined && old !== sha256;
    }),
  };
  const lines = Object.entries(kinds).flatMap(([kind, pictures]) =>
    pictures.length > 0 ? [`${where}: ${namesOf(pictures)} ${kind}`] : [],
  );
  const isReordered = lines.length === 0 && then.some(({ name }, index) => now[index]?.name !== name);
  return isReordered ? [`${where}: the same pictures in another order`] : lines;
}

function namesOf(pictures: readonly PictureRecord[]): string {
  const named = pictures
    .slice(0, PICTURES_NAMED)
    .map(({ name }) => name)
    .join(', ');
  const rest = pictures.length - PICTURES_NAMED;
  return `${pictures.length} ${pictures.length === 1 ? 'picture' : 'pictures'} (${named}${rest > 0 ? `, and ${rest} more` : ''})`;
}
