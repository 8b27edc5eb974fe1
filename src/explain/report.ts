import type { EarlyExit } from '../evaluation/earlyExit.js';
import type { Evaluation } from '../evaluation/evaluate.js';
import type { NetworkSpec } from '../spec/types.js';
import type { TrainingReport } from '../training/trainingReport.js';
import { calibrationSection } from './calibrationSection.js';
import { classTable } from './classTable.js';
import { confusionTable } from './confusionTable.js';
import { dataSection, type DataSummary } from './dataSection.js';
import type { ReportFact } from './factList.js';
import type { HeldOutPictures } from './heldOutPictures.js';
import { Html, html } from './html.js';
import { mistakesSection } from './mistakesSection.js';
import { networkSection } from './networkSection.js';
import { contents, pageSections, type PageSection } from './pageSection.js';
import { predictionCards, predictionGrid, type PicturePrediction } from './predictionCards.js';
import { provenanceSection, type Provenance } from './provenanceSection.js';
import { repeatSection, type RepeatRecord } from './repeatSection.js';
import { REPORT_STYLE } from './reportStyle.js';
import { resultSection, type ReportBaseline } from './resultSection.js';
import { settingsSection } from './settingsSection.js';
import { trainingSection } from './trainingSection.js';

// A style sheet is raw text to an HTML parser: escaping would change it.
const PAGE_STYLE = new Html(`<style>${REPORT_STYLE}</style>`);

/** What a report tells. Only what is given is shown. */
export interface TrainingReportContent {
  readonly title: string;
  /** One or two sentences under the title. */
  readonly lead?: string;
  /** How the network was trained and on what, besides what `training` says: input size, backend, augmentation, … */
  readonly settings: readonly ReportFact[];
  /** The pictures by class and side, what was left out of them and what is there twice. */
  readonly data?: DataSummary;
  /** The network's architecture; the report computes its cost. */
  readonly spec?: NetworkSpec;
  /** What answering at an auxiliary head saves; stands with the network's cost. */
  readonly earlyExit?: EarlyExit;
  readonly training?: TrainingReport;
  /** On held-out pictures. */
  readonly evaluation: Evaluation;
  /** What else was tried on the same held-out pictures. The commonest class is shown anyway. */
  readonly baselines?: readonly ReportBaseline[];
  /** Pictures classified one by one. */
  readonly classified?: readonly PicturePrediction[];
  /** From `heldOutPictures`. */
  readonly heldOut?: HeldOutPictures;
  readonly provenance?: Provenance;
  /** The command, the versions and the machine. */
  readonly repeat?: RepeatRecord;
}

/**
 * A training run as one HTML page that needs nothing else: style, charts and pictures are inside, there is no script, and the page
 * itself forbids its browser to load anything. Labels and file names are escaped. Long lists are capped, with a count of what is left out.
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
  const { title, lead } = content;
  const sections = sectionsOf(content).filter((section) => section !== undefined);
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
          ${lead !== undefined && html`<p class="lead">${lead}</p>`} ${contents(sections)}
        </header>
        <main>${pageSections(sections)}</main>
      </body>
    </html> `;
  // Our own indentation, which would make a third of the page.
  return page.markup.replace(/>\s*\n\s*</g, '>\n<');
}

/** The answer first, then how sure it is and where it fails, then how it came about. */
function sectionsOf(content: TrainingReportContent): (PageSection | undefined)[] {
  const { evaluation, baselines = [], classified = [], heldOut, data, spec, training, settings, provenance, repeat } = content;
  const { sample = [], mistakes = [] } = heldOut ?? {};
  return [
    resultSection(evaluation, baselines),
    {
      heading: 'Which classes are taken for which',
      body: html`<div class="columns">${confusionTable(evaluation)}${classTable(evaluation)}</div>`,
    },
    mistakes.length > 0 ? mistakesSection(mistakes, evaluation) : undefined,
    calibrationSection(evaluation.calibration),
    classified.length > 0 ? { heading: 'Pictures classified', body: predictionCards(classified) } : undefined,
    sample.length > 0 ? sampleSection(sample) : undefined,
    data && dataSection(data),
    training && trainingSection(training, evaluation.majorityShare),
    spec && networkSection(spec, content.earlyExit),
    settingsSection(settings, training),
    repeat && repeatSection(repeat),
    provenance && provenanceSection(provenance),
  ];
}

function sampleSection(sample: readonly PicturePrediction[]): PageSection {
  const body = html`<p class="note">Taken evenly from all, as the network saw them.</p>
    ${predictionGrid(sample)}`;
  return { heading: 'Held-out pictures', body };
}
