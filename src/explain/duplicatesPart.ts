import { grouped } from '../cost/textTable.js';
import type { TrainedFolder } from '../training/trainFolder.js';
import { dataTable } from './dataTable.js';
import { html, type Html } from './html.js';
import { pictureUri, type ReportPicture } from './pictureUri.js';

/** What a folder's reading found of pictures that are there more than once. */
export type DuplicateReport = NonNullable<TrainedFolder['folder']['duplicates']>;
export type DuplicateGroup = DuplicateReport['exact']['groups'][number];

/** A group of one kind, with the pictures that could be read. */
export interface ShownDuplicates {
  readonly kind: 'exact' | 'near';
  readonly group: DuplicateGroup;
  /** The first of the group's pictures, in their order; `undefined` where a file could not be read again. */
  readonly pictures: readonly (ReportPicture | undefined)[];
}

/** Duplicates as they were counted, and some of them to look at. */
export interface DuplicateSummary {
  readonly report: DuplicateReport;
  /** The gravest first. */
  readonly shown?: readonly ShownDuplicates[];
}

const KINDS = { exact: 'of the same bytes', near: 'that look the same' } as const;
const SIDES = { train: 'to learn from', validation: 'held out' } as const;

/** Groups named in the folded list, and names of each. */
const MOST_NAMED = 50;
const MOST_NAMES = 6;

/** How many pictures are there more than once, what that means, and some of them side by side. */
export function duplicatesPart({ report, shown = [] }: DuplicateSummary): Html {
  const kinds = Object.entries(KINDS) as ['exact' | 'near', string][];
  if (kinds.every(([kind]) => report[kind].count === 0)) {
    return html`<h3>Duplicates</h3>
      <p>No picture is there twice, neither byte for byte nor to look at.</p>`;
  }
  return html`<h3>Duplicates</h3>
    <p>${consequences(report).join(' ')}</p>
    ${dataTable({
      caption: 'Groups of pictures that are there more than once, before any was left out.',
      columns: [
        { head: 'pictures' },
        ...['groups', 'on both sides', 'of several classes', 'held-out copies'].map((head) => ({
          head,
          kind: 'number' as const,
        })),
      ],
      rows: kinds.map(([kind, words]) => {
        const { count, acrossSplit, acrossClasses, heldOutInTraining } = report[kind];
        return { cells: [words, ...[count, acrossSplit, acrossClasses, heldOutInTraining].map(grouped)] };
      }),
    })}
    ${
      shown.length > 0 &&
      html`<ul class="groups">
        ${shown.map(shownGroup)}
      </ul>`
    }
    ${namedGroups(report)}`;
}

function consequences({ exact, near, dropped, heldOutInTraining: shared }: DuplicateReport): string[] {
  const conflicts = exact.acrossClasses + near.acrossClasses;
  return [
    shared > 0 && dropped === 0
      ? `${grouped(shared)} held-out ${shared === 1 ? 'picture has its' : 'pictures have their'} like among those learned from: the result may look better than it is.`
      : '',
    dropped > 0 ? `${grouped(dropped)} training ${dropped === 1 ? 'picture was' : 'pictures were'} left out for being held out too.` : '',
    conflicts > 0 ? 'Some stand in several classes: one of the labels may be wrong.' : '',
    shared === 0 && conflicts === 0 ? 'None is on both sides of the split, and none in several classes: they only count twice.' : '',
  ].filter((sentence) => sentence !== '');
}

function verdict({ acrossClasses, acrossSplit }: DuplicateGroup): string {
  const faults = [acrossClasses && 'of several classes', acrossSplit && 'on both sides of the split'].filter((fault) => fault !== false);
  return faults.length === 0 ? 'of one class, on one side' : faults.join(', ');
}

function shownGroup({ kind, group, pictures }: ShownDuplicates): Html {
  const more = group.count - pictures.length;
  return html`<li class="${group.acrossClasses || group.acrossSplit ? 'wrong' : 'unjudged'}">
    <p><strong>${grouped(group.count)} pictures ${KINDS[kind]}</strong>: ${verdict(group)}</p>
    <ul class="pair">
      ${pictures.map((picture, index) => {
        const { name, label, side } = group.pictures[index];
        return html`<li>
          ${picture === undefined ? html`<p class="note missing">cannot be read any more</p>` : html`<img src="${pictureUri(picture)}" alt="${name}" />`}
          <p class="verdict">${label}</p>
          <p class="note">${SIDES[side]}<br /><span class="path">${name}</span></p>
        </li> `;
      })}
    </ul>
    ${more > 0 && html`<p class="note">… and ${grouped(more)} more</p>`}
  </li> `;
}

function namedGroups({ exact, near }: DuplicateReport): Html {
  const all = [...exact.groups, ...near.groups];
  const more = exact.count + near.count - Math.min(all.length, MOST_NAMED);
  return html`<details>
    <summary>
      ${more > 0 ? `${MOST_NAMED} of ${grouped(exact.count + near.count)}` : `All ${all.length}`} ${all.length === 1 ? 'group' : 'groups'}
      by name
    </summary>
    <ol>
      ${all.slice(0, MOST_NAMED).map((group) => html`<li>${namesOf(group)}: ${verdict(group)}</li>`)}
    </ol>
    ${more > 0 && html`<p class="note">… and ${grouped(more)} more</p>`}
  </details>`;
}

function namesOf({ pictures, count }: DuplicateGroup): Html[] {
  const names = pictures
    .slice(0, MOST_NAMES)
    .map(({ name, side }, index) => html`${index > 0 && ', '}<span class="path">${name}</span> (${SIDES[side]})`);
  const more = count - names.length;
  return more > 0 ? [...names, html` and ${grouped(more)} more`] : names;
}
