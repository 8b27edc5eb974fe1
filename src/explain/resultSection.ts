import type { Evaluation } from '../evaluation/evaluate.js';
import { comparisonBars, shareInterval, type ComparedShare } from './comparisonBars.js';
import { dataTable } from './dataTable.js';
import { html, type Html } from './html.js';
import { nats, percent } from './numberText.js';
import type { PageSection } from './pageSection.js';

/** What else was tried on the same held-out pictures. */
export interface ReportBaseline {
  readonly name: string;
  /** From 0 to 1. */
  readonly top1: number;
}

/** The answer first: how good it is, with how much certainty, and beside what. */
export function resultSection(evaluation: Evaluation, baselines: readonly ReportBaseline[]): PageSection {
  const { top1, top5, loss, count, classes, majorityShare } = evaluation;
  const [low, high] = shareInterval(top1, count);
  const shares: ComparedShare[] = [
    { name: 'this network', share: top1, own: true },
    ...baselines.map((baseline) => ({ name: baseline.name, share: baseline.top1 })),
    { name: 'always the commonest class', share: majorityShare },
  ];
  const body = html`<p class="lead">
      <strong>${percent(top1)}</strong> of ${count} held-out ${count === 1 ? 'picture' : 'pictures'} right (top-1).
    </p>
    <p>
      With 95 % confidence the share among all such pictures is between ${percent(low)} and ${percent(high)}; no more can be told from
      ${count === 1 ? 'one picture' : `${count} pictures`}.
      ${classes.length > 5 && `The right class is among the five surest answers for ${percent(top5)}.`} Cross-entropy: ${nats(loss)} nats.
    </p>
    ${comparisonBars('Held-out pictures right (top-1)', shares)} ${headsTable(evaluation)}`;
  return { heading: 'Result', body };
}

function headsTable({ heads }: Evaluation): Html | false {
  const entries = Object.entries(heads);
  if (entries.length < 2) return false;
  return html`<h3>Each classifier of the network</h3>
    ${dataTable({
      caption: 'The main classifier and the auxiliary heads, each judged alone.',
      columns: [{ head: 'head' }, ...['top-1', 'top-5', 'cross-entropy'].map((head) => ({ head, kind: 'number' as const }))],
      rows: entries.map(([name, head]) => ({ cells: [name, percent(head.top1), percent(head.top5), nats(head.loss)] })),
    })}`;
}
