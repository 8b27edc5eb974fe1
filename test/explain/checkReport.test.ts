import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trainingReportHtml } from '../../src/explain/report.js';
import { fullContent } from './fullContent.js';

const SCRIPT = join(__dirname, '..', '..', 'scripts', 'checkReport.mjs');
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

let folder: string;
let page: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-'));
  page = join(folder, 'report.html');
  await writeFile(page, trainingReportHtml(fullContent));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const check = (args: readonly string[], chromium = CHROMIUM) =>
  spawnSync(process.execPath, [SCRIPT, ...args], { encoding: 'utf8', env: { ...process.env, CHROMIUM: chromium } });

/** What a browser shows can be judged only where there is one; .ci/run says whether there was. */
const inChromium = existsSync(CHROMIUM) ? it : it.skip;

describe('scripts/checkReport.mjs', () => {
  it('ends with 77 where there is no Chromium, and with 2 where there is no report', () => {
    const without = check([page], join(folder, 'no-chromium'));
    expect({ status: without.status, says: without.stderr }).toEqual({
      status: 77,
      says: expect.stringContaining('the report was not looked at') as string,
    });
    expect(check([join(folder, 'none.html')]).status).toBe(2);
  });

  inChromium('finds nothing wrong with a report of all sections, at three widths, in light and dark, unfolded and printed', async () => {
    const { status, stdout, stderr } = check([page, join(folder, 'shots')]);
    expect({ status, broken: stdout.split('\n').filter((line) => line.startsWith('BROKEN')), stderr }).toEqual({
      status: 0,
      broken: [],
      stderr: '',
    });
    expect((await readdir(join(folder, 'shots'))).sort()).toEqual(
      ['desk-dark.png', 'desk-light.png', 'narrow-dark.png', 'narrow-light.png', 'phone-dark.png', 'phone-light.png', 'report.pdf'],
    ); // prettier-ignore
  });

  inChromium('finds a script, a request, a picture that does not decode, faint text, and a page that is too wide', async () => {
    const faults =
      '<script>1</script><p style="color:#999">faint</p><div style="width:2000px">wide</div><img src="data:image/png;base64,AAAA" alt="x"/>' +
      '<h4>too deep</h4><img src="https://example.org/x.png" alt="y"/>';
    const bad = join(folder, 'bad.html');
    await writeFile(bad, trainingReportHtml(fullContent).replace('</main>', `${faults}</main>`));
    const { status, stdout } = check([bad]);
    expect(status).toBe(1);
    const broken = new Set([...stdout.matchAll(/^BROKEN [^:]*: (.*)$/gm)].map(([, what]) => what));
    for (const what of [
      ...['headings begin with one h1 and skip no level', 'every picture is decoded and has words', 'the page does not scroll sideways'],
      ...['contrast of text is 4.5 or more', 'nothing is said on the console, nothing fails, nothing is asked of a network'],
    ]) {
      expect([...broken]).toContain(what);
    }
  });
});
