/** Under these keys a text at the head of a list is a layer's name. */
const NAMING_KEYS = ['inboundNodes', 'inputLayers', 'outputLayers'];

/** A configuration's keys and keywords in tfjs' spelling; names of layers stay. */
export function camelCased(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return camelCase(value);
  if (Array.isArray(value)) {
    const isName = (item: unknown, index: number): boolean => NAMING_KEYS.includes(key) && index === 0 && typeof item === 'string';
    return value.map((item, index): unknown => (isName(item, index) ? item : camelCased(item, key)));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, item]): [string, unknown] => {
    const isName = name === 'name' && typeof item === 'string';
    return [camelCase(name), isName ? item : camelCased(item, camelCase(name))];
  });
  return Object.fromEntries(entries);
}

function camelCase(text: string): string {
  return text.length <= 1 ? text : text.replace(/_+(\w|$)/g, (_, letter: string) => letter.toUpperCase());
}
