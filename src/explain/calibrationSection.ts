import type { Evaluation } from '../evaluation/evaluate.js';
import { chartAxes, chartScale, tenths, type ChartArea } from './chartAxes.js';
import { dataTable } from './dataTable.js';
import { html, type Html } from './html.js';
import { percent } from './numberText.js';
import type { PageSection } from './pageSection.js';

type Calibration = Evaluation['calibration'];
type Bin = Calibration['bins'][number];

const AREA: ChartArea = { width: 480, height: 448, left: 62, right: 452, top: 14, bottom: 300 };

/** Under the diagram: how many answers each bin holds. */
const COUNTS = { top: 366, bottom: 412 };

/** Pixels between one bar and the next. */
const GAP = 2;

/** Whether the network is right as often as it is sure: a reliability diagram, one sentence, and the numbers. */
export function calibrationSection({ expectedCalibrationError, bins }: Calibration): PageSection {
  const filled = bins.filter(({ count }) => count > 0);
  if (filled.length === 0) return { heading: 'Calibration', body: html`<p class="note">No answer was judged.</p>` };
  const body = html`<p>
      A calibrated network that gives an answer 80 % is right for 80 % of such answers; this one is off by
      <strong>${percent(expectedCalibrationError)}</strong> on average (expected calibration error)${tendency(filled)}.
    </p>
    <div class="columns">
      <figure class="chart">
        <figcaption>Right answers by how sure they were</figcaption>
        <svg viewBox="0 0 ${AREA.width} ${AREA.height}" role="img" aria-label="${describe(expectedCalibrationError, filled)}">
          ${drawing(bins)}
        </svg>
        <ul class="legend">
          <li><span class="key reached" aria-hidden="true"></span> right answers</li>
          <li><span class="key diagonal" aria-hidden="true"></span> as often right as sure</li>
        </ul>
      </figure>
      ${binTable(filled)}
    </div>`;
  return { heading: 'Calibration', body };
}

/** Which way the network errs, if it does. */
function tendency(filled: readonly Bin[]): string {
  const sum = (valueOf: (bin: Bin) => number): number => filled.reduce((total, bin) => total + bin.count * valueOf(bin), 0);
  const count = sum(() => 1);
  const [confidence, accuracy] = [sum((bin) => bin.confidence) / count, sum((bin) => bin.accuracy) / count];
  const said = `its answers are ${percent(confidence)} sure and ${percent(accuracy)} right`;
  if (Math.abs(confidence - accuracy) < 0.005) return `; on the whole ${said}`;
  return `; on the whole it is ${confidence > accuracy ? 'too sure' : 'not sure enough'}: ${said}`;
}

function drawing(bins: readonly Bin[]): Html {
  const percents = (share: number): string => `${Math.round(100 * share)} %`;
  const x = chartScale([0, 1], [AREA.left, AREA.right]);
  const y = chartScale([0, 1], [AREA.bottom, AREA.top]);
  const most = Math.max(...bins.map(({ count }) => count));
  const heightOf = (count: number): number => tenths(((COUNTS.bottom - COUNTS.top) * count) / most);
  const column = ({ from, to }: Bin): Html => html`x="${tenths(x.place(from) + GAP / 2)}" width="${tenths(Math.max(1, x.place(to) - x.place(from) - GAP))}"`; // prettier-ignore
  return html`${chartAxes({ area: { ...AREA, height: COUNTS.top - 12 }, x, y, xLabel: 'how sure the answer was', spellX: percents, spellY: percents })}
    ${bins.map((bin) => bin.count > 0 && html`<rect class="reached" ${column(bin)} y="${y.place(bin.accuracy)}" height="${tenths(AREA.bottom - y.place(bin.accuracy))}"><title>${spellBin(bin)}</title></rect>`)}
    <line class="diagonal" x1="${x.place(0)}" y1="${y.place(0)}" x2="${x.place(1)}" y2="${y.place(1)}" />
    ${bins.map((bin) => bin.count > 0 && html`<rect class="counted" ${column(bin)} y="${tenths(COUNTS.bottom - heightOf(bin.count))}" height="${heightOf(bin.count)}"><title>${spellBin(bin)}</title></rect>`)}
    <g class="axes"><line x1="${AREA.left}" x2="${AREA.right}" y1="${COUNTS.bottom}" y2="${COUNTS.bottom}" /></g>
    <text x="${AREA.left - 7}" y="${COUNTS.top + 9}" text-anchor="end">${most}</text>
    <text x="${AREA.left - 7}" y="${COUNTS.bottom + 4}" text-anchor="end">0</text>
    <text x="${(AREA.left + AREA.right) / 2}" y="${COUNTS.bottom + 22}" text-anchor="middle">pictures answered so surely</text>`;
}

function spellRange({ from, to }: Bin): string {
  return `${Math.round(100 * from)} to ${Math.round(100 * to)} %`;
}

function spellBin(bin: Bin): string {
  return `${spellRange(bin)} sure: ${bin.count} ${bin.count === 1 ? 'picture' : 'pictures'}, ${percent(bin.accuracy)} right`;
}

function describe(error: number, filled: readonly Bin[]): string {
  return `Right answers by how sure they were. Expected calibration error ${percent(error)}. ${filled.map(spellBin).join('; ')}.`;
}

function binTable(filled: readonly Bin[]): Html {
  return dataTable({
    caption: 'The same in numbers; without the answers that were never given so surely.',
    columns: [
      { head: 'how sure' },
      ...['pictures', 'mean sureness', 'right', 'difference'].map((head) => ({ head, kind: 'number' as const })),
    ],
    rows: filled.map((bin) => ({
      cells: [spellRange(bin), bin.count, percent(bin.confidence), percent(bin.accuracy), percent(bin.accuracy - bin.confidence)],
    })),
  });
}
