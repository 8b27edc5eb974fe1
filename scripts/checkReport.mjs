// Opens a report in Chromium as readers do: on a phone and on a desk, in light and in dark, without a network, and printed.
// Usage: node scripts/checkReport.mjs REPORT.html [FOLDER for screenshots and the PDF]
// CHROMIUM names the browser; without it /usr/bin/chromium is taken. Exit codes: 0 all kept, 1 something broken, 2 wrong use, 77 no Chromium.
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const NO_CHROMIUM = 77;
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
];
const SCREENS = [
  { name: 'narrow', width: 360, height: 740 },
  { name: 'phone', width: 390, height: 844 },
  { name: 'desk', width: 1280, height: 800 },
];
const SCHEMES = ['light', 'dark'];

/** Between the margins of an A4 page: 182 mm at 96 pixels to the inch. */
const PAPER_WIDTH = 688;

const failures = [];

/** Notes a promise that was not kept, with the first of what broke it. */
function promise(what, broken) {
  console.log(`${broken.length === 0 ? 'ok    ' : 'BROKEN'} ${what}`);
  for (const one of broken.slice(0, 5)) console.log(`         ${one}`);
  if (broken.length > 5) console.log(`         … and ${broken.length - 5} more`);
  if (broken.length > 0) failures.push(what);
}

/** Runs within the page: what is wrong with its structure. */
function faultsOfStructure() {
  const levels = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(({ tagName }) => Number(tagName[1]));
  const isInOrder = levels[0] === 1 && levels.every((level, index) => index === 0 || (level > 1 && level <= levels[index - 1] + 1));
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  const links = [...document.querySelectorAll('a[href^="#"]')].map((link) => decodeURIComponent(link.hash.slice(1)));
  return {
    'headings begin with one h1 and skip no level': isInOrder ? [] : [levels.join(' ')],
    'ids are unique, and links within the page lead somewhere': [
      ...ids.filter((id, index) => ids.indexOf(id) !== index),
      ...links.filter((id) => !ids.includes(id)),
    ],
    'every picture is decoded and has words': [...document.images]
      .filter((image) => !(image.complete && image.naturalWidth > 0 && image.alt !== ''))
      .map((image) => image.alt || image.src.slice(0, 60)),
    'every chart has words': [...document.querySelectorAll('svg')]
      .filter((svg) => svg.getAttribute('aria-hidden') !== 'true' && !svg.getAttribute('aria-label'))
      .map((svg) => svg.outerHTML.slice(0, 60)),
    'every table has a caption': [...document.querySelectorAll('table')]
      .filter(({ caption }) => !caption)
      .map(({ outerHTML }) => outerHTML.slice(0, 60)),
  };
}

/** Runs within the page: where text is cut off, covered or leaves the page. */
function faultsOfLayout() {
  const named = (element) =>
    `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}: ${element.textContent.trim().slice(0, 50)}`;
  const isSeen = (element) => !element.closest('.unseen') && element.checkVisibility({ contentVisibilityAuto: true });
  const all = [...document.body.querySelectorAll('*')].filter(isSeen);
  const width = document.documentElement.clientWidth;
  const overlaps = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2;
  const labels = [...document.querySelectorAll('svg')].filter(isSeen).map((svg) => ({
    frame: svg.getBoundingClientRect(),
    texts: [...svg.querySelectorAll('text')].map((text) => ({ text, box: text.getBoundingClientRect() })),
  }));
  const scrolled = (element) => element.scrollWidth > element.clientWidth + 1;
  return {
    'the page does not scroll sideways':
      document.documentElement.scrollWidth > width ? [`${document.documentElement.scrollWidth} of ${width} pixels`] : [],
    'nothing but a scrolling box leaves the page': all
      .filter((element) => !element.closest('.scroll') && element.getBoundingClientRect().right > width + 1)
      .map(named),
    'no text is cut off': all
      .filter(
        (element) =>
          element.textContent.trim() !== '' && ['hidden', 'clip'].includes(getComputedStyle(element).overflowX) && scrolled(element),
      )
      .map(named),
    'what scrolls takes the focus': all
      .filter((element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX) && scrolled(element) && element.tabIndex < 0)
      .map(named),
    'the labels of a chart stand within it, none on another': labels.flatMap(({ frame, texts }) =>
      texts.flatMap(({ text, box }, index) => [
        ...(box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1
          ? [`outside: ${text.textContent}`]
          : []),
        ...texts
          .slice(index + 1)
          .filter((other) => overlaps(box, other.box))
          .map((other) => `${text.textContent} on ${other.text.textContent}`),
      ]),
    ),
  };
}

/** Runs within the page: text whose contrast with what is behind it is less than WCAG 2.2 asks for (1.4.3, AA). */
function faintTexts() {
  const parse = (color) => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { colorSpace: 'srgb' });
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const cache = new Map();
  const rgba = (color) => cache.get(color) ?? cache.set(color, parse(color)).get(color);
  const over = ([r, g, b, a], [r2, g2, b2]) => [r * a + r2 * (1 - a), g * a + g2 * (1 - a), b * a + b2 * (1 - a), 1];
  const backgrounds = new Map();
  const behind = (element) => {
    if (!element) return rgba('Canvas');
    if (!backgrounds.has(element))
      backgrounds.set(element, over(rgba(getComputedStyle(element).backgroundColor), behind(element.parentElement)));
    return backgrounds.get(element);
  };
  const luminance = ([red, green, blue]) => {
    const linear = [red, green, blue].map((value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== '');
  const faint = [];
  for (const element of document.body.querySelectorAll('*')) {
    if (!hasText(element) || element.closest('.unseen') || element.tagName === 'title' || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const background = behind(element);
    const text = over(rgba(element.tagName === 'text' ? style.fill : style.color), background);
    const [light, dark] = [luminance(text), luminance(background)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) faint.push(`${ratio.toFixed(2)}: ${element.tagName} ${element.textContent.trim().slice(0, 50)}`);
  }
  return faint;
}

async function check(page, where) {
  for (const [what, broken] of Object.entries(await page.evaluate(faultsOfLayout))) promise(`${where}: ${what}`, broken);
  promise(`${where}: contrast of text is 4.5 or more`, await page.evaluate(faintTexts));
}

/** One screen in one scheme: as it opens, and with everything unfolded. */
async function checkScreen(browser, address, { name, width, height }, scheme, folder) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, offline: true });
  const page = await context.newPage();
  const noise = [];
  page.on('console', (message) => noise.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => noise.push(error.message));
  page.on('request', (request) => {
    if (request.url() !== address && !request.url().startsWith('data:')) noise.push(`request: ${request.url().slice(0, 100)}`);
  });
  await page.goto(address, { waitUntil: 'load' });
  await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode().catch(() => undefined))));
  const where = `${name} ${width}×${height}, ${scheme}`;
  for (const [what, broken] of Object.entries(await page.evaluate(faultsOfStructure))) promise(`${where}: ${what}`, broken);
  await check(page, where);
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}-${scheme}.png`), fullPage: true });
  await page.evaluate(() => document.querySelectorAll('details').forEach((details) => (details.open = true)));
  await check(page, `${where}, unfolded`);
  promise(`${where}: nothing is said on the console, nothing fails, nothing is asked of a network`, noise);
  await context.close();
}

/** On paper nothing scrolls or unfolds: everything has to stand within the page's width. */
async function checkPrint(browser, address, folder) {
  const context = await browser.newContext({ viewport: { width: PAPER_WIDTH, height: 1000 }, colorScheme: 'dark', offline: true });
  const page = await context.newPage();
  await page.goto(address);
  await page.emulateMedia({ media: 'print' });
  await check(page, 'print');
  const wide = await page.evaluate(() =>
    [...document.querySelectorAll('.scroll')]
      .filter((box) => box.scrollWidth > box.clientWidth + 1)
      .map((box) => box.ariaLabel.slice(0, 80)),
  );
  promise('print: no table is cut off', wide);
  const folded = await page.evaluate(() =>
    [...document.querySelectorAll('details > :not(summary)')]
      .filter((part) => part.getBoundingClientRect().height === 0)
      .map((part) => part.textContent.trim().slice(0, 60)),
  );
  promise('print: what is folded away on a screen is there', folded);
  const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true });
  const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  promise(`print: a PDF of ${pages} pages, ${Math.round(pdf.length / 1024)} KiB`, pages > 0 ? [] : ['no page']);
  if (folder !== undefined) await writeFile(join(folder, 'report.pdf'), pdf);
  await context.close();
}

const [report, folder] = process.argv.slice(2);
if (report === undefined || !existsSync(report)) {
  console.error('Usage: node scripts/checkReport.mjs REPORT.html [FOLDER]');
  process.exit(2);
}
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(executablePath)) {
  console.error(
    `No Chromium at ${executablePath}: the report was not looked at. Install it (apt-get install chromium) or name one in CHROMIUM.`,
  );
  process.exit(NO_CHROMIUM);
}
if (folder !== undefined) await mkdir(folder, { recursive: true });
const browser = await chromium.launch({ executablePath, headless: true, args: FLAGS });
console.log(`Chromium ${browser.version()}`);
try {
  const address = pathToFileURL(resolve(report)).href;
  for (const screen of SCREENS) for (const scheme of SCHEMES) await checkScreen(browser, address, screen, scheme, folder);
  await checkPrint(browser, address, folder);
} finally {
  await browser.close();
}
if (failures.length > 0) {
  console.error(`${report}: ${failures.length} promises were not kept.`);
  process.exitCode = 1;
}
