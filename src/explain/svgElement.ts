import { escapeHtml, Html } from './html.js';

/** Of an attribute: text is escaped, numbers are rounded to hundredths, `undefined` is left out. */
export type SvgAttributes = Readonly<Record<string, string | number | undefined>>;

/**
 * One SVG element on a line of its own.
 *
 * @param content Text, which is escaped, or elements.
 */
export function svgElement(name: string, attributes: SvgAttributes, content?: string | readonly Html[]): Html {
  const spell = (value: string | number): string => escapeHtml(typeof value === 'number' ? `${Number(value.toFixed(2))}` : value);
  const pairs = Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [` ${key}="${spell(value)}"`]));
  const start = `<${name}${pairs.join('')}`;
  if (content === undefined) return new Html(`${start}/>\n`);
  const inside = typeof content === 'string' ? escapeHtml(content) : `\n${content.join('')}`;
  return new Html(`${start}>${inside}</${name}>\n`);
}
