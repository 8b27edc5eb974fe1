import type { Evaluation } from '../evaluation/evaluate.js';
import type { NetworkSpec } from '../spec/types.js';
import type { TrainingReport } from '../training/trainingReport.js';
import { comparisonBars, shareInterval, type ComparedShare } from './comparisonBars.js';
import { classTable, confusionTable } from './confusionTable.js';
import type { HeldOutPictures } from './heldOutPictures.js';
import { Html, html } from './html.js';
import { networkSection } from './networkSection.js';
import { nats, percent } from './numberText.js';
import { predictionCards, predictionGrid, type PicturePrediction } from './predictionCards.js';
import { REPORT_STYLE } from './reportStyle.js';
import { trainingSection } from './trainingSection.js';

// A style sheet is raw text to an HTML parser: escaping would change it.
const PAGE_STYLE = new Html(`<style>${REPORT_STYLE}</style>`);

/** A name and a value for a table of settings. */
export interface ReportFact {
  readonly name: string;
  readonly value: string | number;
}

/** Where pictures come from, and under which terms. */
export interface PictureSource {
  readonly name: string;
  readonly license: string;
  /** Shown as a link if it begins with `https://` or `http://`. */
  readonly url?: string;
}

/** What a report tells. Only what is given is shown. */
export interface TrainingReportContent {
  readonly title: string;
  /** One or two sentences under the title. */
  readonly lead?: string;
  /** How the network was trained and on what: data, size, backend, seed, … */
  readonly settings: readonly ReportFact[];
  /** The network's architecture; the report computes its cost. */
  readonly spec?: NetworkSpec;
  readonly training?: TrainingReport;
  /** On held-out pictures. */
  readonly evaluation: Evaluation;
  /** What else was tried on the same held-out pictures, each with its top-1 accuracy from 0 to 1. The commonest class is shown anyway. */
  readonly baselines?: readonly { readonly name: string; readonly top1: number }[];
  /** Pictures classified one by one. */
  readonly classified?: readonly PicturePrediction[];
  /** From `heldOutPictures`. */
  readonly heldOut?: HeldOutPictures;
  /** What the pictures are, in plain words, and where they come from. */
  readonly provenance?: { readonly note: string; readonly sources?: readonly PictureSource[] };
}

/**
 * A training run as one HTML page that needs nothing else: style, charts and pictures are inside, there is no script, and the page
 * itself forbids its browser to load anything. Labels and file names are escaped.
 *
 * @returns The page's text, to be written as UTF-8.
 * @throws InceptionError `UNREADABLE_IMAGE` or `INVALID_ARGUMENT` for a picture that is neither an encoded file nor as many pixels as it
 *   says; as `costOf` for a spec that is not valid.
 *
 * @example
 * ```ts
 * const heldOut = await heldOutPictures(model, validation);
 * const page = trainingReportHtml({ title: 'Flowers', settings: [], spec: model.spec, training, evaluation, heldOut });
 * await writeFile('report.html', page);
 * ```
 */
export function trainingReportHtml(content: TrainingReportContent): string {
  const { title, lead, spec, training, evaluation, classified = [], heldOut } = content;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'" />
        <title>${title}</title>
        ${PAGE_STYLE}
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          ${lead !== undefined && html`<p class="lead">${lead}</p>`}
        </header>
        <main>
          ${resultSection(content)} ${settingsSection(content)} ${spec !== undefined && networkSection(spec)}
          ${training !== undefined && trainingSection(training, evaluation.majorityShare)}
          <section>
            <h2>Which classes are taken for which</h2>
            <div class="columns">${confusionTable(evaluation)}${classTable(evaluation)}</div>
          </section>
          ${
            classified.length > 0 &&
            html`<section>
              <h2>Pictures classified</h2>
              ${predictionCards(classified)}
            </section>`
          }
          ${heldOut !== undefined && heldOutSection(heldOut)} ${provenanceSection(content.provenance)}
        </main>
      </body>
    </html> `;
  return page.markup;
}

/** The answer first: how good it is, with how much certainty, and beside what. */
function resultSection({ evaluation, baselines = [] }: TrainingReportContent): Html {
  const { top1, top5, loss, count, classes, majorityShare } = evaluation;
  const [low, high] = shareInterval(top1, count);
  const shares: ComparedShare[] = [
    { name: 'this network', share: top1, own: true },
    ...baselines.map((baseline) => ({ name: baseline.name, share: baseline.top1 })),
    { name: 'always the commonest class', share: majorityShare },
  ];
  return html`<section>
    <h2>Result</h2>
    <p class="lead"><strong>${percent(top1)}</strong> of ${count} held-out ${count === 1 ? 'picture' : 'pictures'} right (top-1).</p>
    <p>
      With 95 % confidence the share among all such pictures is between ${percent(low)} and ${percent(high)}; no more can be told from
      ${count === 1 ? 'one picture' : `${count} pictures`}.
      ${classes.length > 5 && `The right class is among the five surest answers for ${percent(top5)}.`} Cross-entropy: ${nats(loss)} nats.
    </p>
    ${comparisonBars('Held-out pictures right (top-1)', shares)} ${headsTable(evaluation)}
  </section>`;
}

function headsTable({ heads }: Evaluation): Html | false {
  const entries = Object.entries(heads);
  if (entries.length < 2) return false;
  return html`<h3>Each classifier of the network</h3>
    <div class="scroll">
      <table>
        <caption>
          The main classifier and the auxiliary heads, each judged alone.
        </caption>
        <thead>
          <tr>
            <th scope="col">head</th>
            <th scope="col" class="number">top-1</th>
            <th scope="col" class="number">top-5</th>
            <th scope="col" class="number">cross-entropy</th>
          </tr>
        </thead>
        <tbody>
          ${entries.map(
            ([name, head]) =>
              html`<tr>
                <th scope="row">${name}</th>
                <td class="number">${percent(head.top1)}</td>
                <td class="number">${percent(head.top5)}</td>
                <td class="number">${nats(head.loss)}</td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>`;
}

function settingsSection({ settings, training }: TrainingReportContent): Html | false {
  const facts = [...settings, ...(training === undefined ? [] : trainingFacts(training))];
  if (facts.length === 0) return false;
  return html`<section>
    <h2>Settings</h2>
    <div class="scroll">
      <table class="facts">
        <caption>
          What was trained on what, and how.
        </caption>
        <tbody>
          ${facts.map(
            ({ name, value }) =>
              html`<tr>
                <th scope="row">${name}</th>
                <td>${value}</td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

function trainingFacts({ settings }: TrainingReport): ReportFact[] {
  const { optimizer, schedule, headWeights, labelSmoothing, weightDecay, seed, batch, epochs, learningRate } = settings;
  const spell = (record: object): string =>
    Object.entries(record)
      .map(([key, value]) => (key === 'kind' ? String(value) : `${key} ${value}`))
      .join(', ');
  return [
    { name: 'epochs', value: epochs },
    { name: 'batch', value: batch },
    { name: 'optimizer', value: spell(optimizer) },
    { name: 'learning rate', value: learningRate },
    { name: 'schedule', value: spell(schedule) },
    { name: 'weight decay', value: weightDecay },
    { name: 'label smoothing', value: labelSmoothing },
    { name: 'loss weights of the heads', value: spell(headWeights) },
    { name: 'seed', value: seed },
  ];
}

function heldOutSection({ sample, mistakes }: HeldOutPictures): Html | false {
  if (sample.length + mistakes.length === 0) return false;
  return html`<section>
    <h2>Held-out pictures</h2>
    <p class="note">As the network saw them.</p>
    ${
      sample.length > 0 &&
      html`<h3>Taken evenly from all</h3>
        ${predictionGrid(sample)}`
    }
    ${
      mistakes.length > 0 &&
      html`<h3>The most confident mistakes</h3>
        ${predictionGrid(mistakes)}`
    }
  </section>`;
}

function provenanceSection(provenance: TrainingReportContent['provenance']): Html | false {
  if (provenance === undefined) return false;
  const { note, sources = [] } = provenance;
  const named = ({ name, url }: PictureSource): Html | string =>
    url !== undefined && /^https?:\/\//i.test(url) ? html`<a href="${url}">${name}</a>` : name;
  return html`<section>
    <h2>Where the pictures come from</h2>
    <p>${note}</p>
    ${
      sources.length > 0 &&
      html`<ul>
        ${sources.map((source) => html`<li>${named(source)}: ${source.license}</li>`)}
      </ul>`
    }
  </section>`;
}
