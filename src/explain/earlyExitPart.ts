import { grouped } from '../cost/textTable.js';
import type { EarlyExit } from '../evaluation/earlyExit.js';
import { dataTable } from './dataTable.js';
import { html, type Html } from './html.js';
import { percent } from './numberText.js';

/** What it saves to let the first head answer that is sure enough, and what it costs in accuracy. */
export function earlyExitPart({ multiplyAdds, top1, points }: EarlyExit): Html {
  const heads = Object.keys(points[0]?.answeredBy ?? {});
  const answered = (shares: Readonly<Record<string, number>>): string[] => heads.map((head) => percent(shares[head] ?? 0));
  return html`<h3>Answering early</h3>
    ${dataTable({
      caption:
        'The first head that is at least so sure answers; the last answers what remains. Multiply-adds are the mean of a picture, and what ' +
        'is saved is measured against the network without auxiliary heads.',
      columns: [
        { head: 'how sure' },
        ...['right (top-1)', 'multiply-adds', 'saved', ...heads.map((head) => `answered by ${head}`)].map((head) => ({ head, kind: 'number' as const })), // prettier-ignore
      ],
      rows: [
        {
          cells: [
            'never early',
            percent(top1),
            grouped(multiplyAdds),
            percent(0),
            ...heads.map((head) => percent(Number(head === 'main'))),
          ],
        },
        ...points.map((point) => ({
          cells: [
            `${Number((100 * point.threshold).toFixed(2))} %`,
            ...[percent(point.top1), grouped(Math.round(point.multiplyAdds)), percent(point.saved), ...answered(point.answeredBy)],
          ],
        })),
      ],
    })}`;
}
