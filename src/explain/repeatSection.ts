import { html } from './html.js';
import { factList, type ReportFact } from './factList.js';
import type { PageSection } from './pageSection.js';
import { shellQuote } from './shellQuote.js';

/** What it takes to do a run again. */
export interface RepeatRecord {
  /** The command's words, its name first, as the shell gave them. */
  readonly command?: readonly string[];
  /** Versions, machine, seed, data, date. */
  readonly facts: readonly ReportFact[];
}

/** The command to copy, and what else decides what comes out. */
export function repeatSection({ command = [], facts }: RepeatRecord): PageSection {
  const body = html`${
    command.length > 0 &&
    html`<p class="note">The command, quoted for a POSIX shell; paths are relative to the folder it was given in.</p>
      <pre><code>${command.map(shellQuote).join(' ')}</code></pre>`
  }
  ${factList(facts)}`;
  return { heading: 'To repeat this run', body };
}
