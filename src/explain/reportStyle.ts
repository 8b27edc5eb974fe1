/** Blue, orange, green and purple after Okabe and Ito, which color-blind readers tell apart, dark enough to be read as text on white. */
const LIGHT = `color-scheme: light; --page: #ffffff; --text: #1c1e21; --quiet: #5b6168; --line: #d5d9de; --panel: #f5f6f8;
  --first: #0072b2; --second: #c24e00; --third: #007a5a; --fourth: #8a4f78; --right: 0 114 178; --wrong: 213 94 0;`;
const DARK = `color-scheme: dark; --page: #15181c; --text: #e8eaed; --quiet: #a3abb5; --line: #3a4048; --panel: #1e2227;
  --first: #56b4e9; --second: #f0a13a; --third: #35c79a; --fourth: #d7a0c8; --right: 60 140 200; --wrong: 213 110 30;`;

const PAGE = `
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem 1rem 4rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Liberation Sans", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0 0 .25rem; line-height: 1.2; }
h2 { margin: 2.75rem 0 .75rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); font-size: 1.35rem; line-height: 1.3; }
h3 { margin: 1.75rem 0 .5rem; font-size: 1.05rem; }
p { margin: .5rem 0; max-width: 48rem; }
a, summary { color: var(--first); }
:focus-visible { outline: 2px solid var(--first); outline-offset: 2px; }
.lead { font-size: 1.15rem; }
.note, caption { color: var(--quiet); font-size: .9rem; }
.path { font-size: .85rem; color: var(--quiet); }
.contents ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 1rem 0 0; padding: 0; font-size: .9rem; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1.5rem 2.5rem; align-items: start; }
.columns > * { min-width: 0; }
.columns > details { margin: 0; }
details { margin: 1rem 0; }
summary { cursor: pointer; padding: .25rem 0; }
details li { margin: .15rem 0; }
pre { margin: .5rem 0 1rem; padding: .75rem 1rem; background: var(--panel); border: 1px solid var(--line); border-radius: 4px;
  white-space: pre-wrap; font-size: .9rem; }
.facts { margin: .5rem 0; max-width: 60rem; }
.facts > div { display: grid; grid-template-columns: 14rem minmax(0, 1fr); gap: 0 1.25rem; padding: .35rem 0; border-bottom: 1px solid var(--line); }
.facts dt { color: var(--quiet); }
.facts dd { margin: 0; grid-column: 2; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;

const TABLES = `
.scroll { position: relative; container-type: inline-size; overflow-x: auto; max-width: 100%; margin: .75rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
caption { text-align: left; padding-bottom: .4rem; }
caption > span:not(.unseen) { display: block; position: sticky; left: 0; width: min(48rem, 100cqw); margin-right: calc(-1 * min(48rem, 100cqw)); overflow-wrap: break-word; }
th, td { padding: .3rem .6rem; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top; }
th:first-child { padding-left: 0; }
th { font-weight: 600; }
thead th { vertical-align: bottom; }
tbody th { font-weight: 400; max-width: 20rem; overflow-wrap: anywhere; }
.number { text-align: right; white-space: nowrap; }
thead .number { white-space: normal; }
tfoot th, tfoot td, .own th, .own td { font-weight: 700; }
.wide { min-width: 11rem; vertical-align: middle; }
.confusion td { text-align: center; white-space: nowrap; min-width: 2.9rem; border: 1px solid var(--line); }
.confusion thead th { text-align: center; max-width: 9rem; overflow-wrap: break-word; }
.confusion thead span { display: inline-block; }
.confusion th:first-child { text-align: left; padding-left: 0; }
.upright thead span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 13rem; text-align: left; }
.columns:has(.upright) { display: block; }
.upright td { min-width: 2.2rem; padding: .3rem .35rem; }
.confusion .right { background: rgb(var(--right) / var(--shade)); font-weight: 700; }
.confusion .wrong { background: rgb(var(--wrong) / var(--shade)); }
.bars { width: 100%; }
.bars th, .bars td { border: 0; padding: .15rem .5rem .15rem 0; vertical-align: middle; overflow-wrap: break-word; }
.bars .number { padding-right: 0; }
.bars td:nth-child(2) { width: 55%; }
.track { display: flex; height: .8rem; background: var(--line); border-radius: 2px; overflow: hidden; forced-color-adjust: none; }
.track span { display: block; height: 100%; background: var(--quiet); }
.own .track span, .track .learned, .learned { background: var(--first); }
.track .held, .held { background: repeating-linear-gradient(45deg, var(--second) 0 3px, var(--page) 3px 5px); }
`;

const CHARTS = `
.chart { margin: 0; max-width: 36rem; }
.chart figcaption { font-weight: 600; }
.unit { font-weight: 400; color: var(--quiet); font-size: .9rem; }
.chart svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--quiet); font-size: 13px; paint-order: stroke; stroke: var(--page); stroke-width: 3px; }
.axes line { stroke: var(--line); stroke-width: 1; }
.level line { stroke: var(--quiet); stroke-width: 1.5; stroke-dasharray: 2 4; }
.marks line { stroke: var(--text); stroke-width: 1; stroke-dasharray: 1 3; }
.marks text { fill: var(--text); font-weight: 700; font-size: 12px; }
.sign { display: inline-block; min-width: 1.2rem; text-align: center; }
.series { fill: none; stroke-width: 2.2; stroke-linejoin: round; }
.series circle, .series rect, .series path { stroke: none; }
.series-0 { stroke: var(--first); } .series-0 circle { fill: var(--first); }
.series-1 { stroke: var(--second); stroke-dasharray: 7 4; } .series-1 rect { fill: var(--second); }
.series-2 { stroke: var(--third); stroke-dasharray: 2 3; } .series-2 path { fill: var(--third); }
.series-3 { stroke: var(--fourth); stroke-dasharray: 10 3 2 3; } .series-3 path { fill: var(--fourth); }
.chart rect.reached { fill: var(--first); fill-opacity: .55; stroke: var(--first); }
.chart rect.counted { fill: var(--quiet); }
.chart line.diagonal { stroke: var(--second); stroke-width: 2; stroke-dasharray: 6 4; }
.legend { list-style: none; margin: .25rem 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .9rem; }
.legend + .columns { margin-top: 1.25rem; }
.chart .swatch { display: inline-block; width: 2rem; height: 1rem; vertical-align: -.15rem; }
.key { display: inline-block; width: 1.5rem; height: .8rem; border-radius: 2px; vertical-align: -.05rem; forced-color-adjust: none; }
.key.reached { background: color-mix(in srgb, var(--first) 55%, transparent); border: 1px solid var(--first); }
.key.diagonal { height: 0; border-top: 2px dashed var(--second); border-radius: 0; vertical-align: .25rem; }
`;

const PICTURES = `
.cards, .grid, .groups, .pair { list-style: none; margin: .75rem 0; padding: 0; display: grid; gap: 1rem; align-items: stretch; }
.cards { grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); }
.grid { grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); }
.groups { grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
.cards > li, .grid > li, .groups > li { background: var(--panel); border: 1px solid var(--line); border-top: 4px solid var(--quiet);
  border-radius: 4px; padding: .75rem; min-width: 0; }
.cards > .right, .grid > .right { border-top-color: rgb(var(--right)); }
.cards > .wrong, .grid > .wrong, .groups > .wrong { border-top: 4px dashed rgb(var(--wrong)); }
.cards > li { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: 1rem; align-items: start; }
.cards img, .grid img, .pair img { display: block; width: 100%; height: auto; border-radius: 2px; background: #fff; }
.cards p, .grid p, .groups p { margin: 0; }
.grid img, .pair img { margin-bottom: .5rem; }
.pair { grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr)); gap: .75rem; margin: .75rem 0 0; }
.cards .bars { table-layout: fixed; }
.cards caption { padding: 0; }
.cards .bars th { width: 46%; }
.cards .bars td:nth-child(2) { width: 22%; }
.name { font-size: .9rem; color: var(--quiet); }
.verdict { font-weight: 600; }
.missing { display: grid; place-items: center; aspect-ratio: 1; margin-bottom: .5rem; border: 1px dashed var(--quiet); border-radius: 2px; padding: .25rem;
  text-align: center; }
.groups .missing { margin-bottom: .5rem; }
`;

// On a phone a chart is three quarters of its own size: its text would be smaller than a reader wants.
const NARROW = `
@media (max-width: 40rem) {
  body { padding-top: 1rem; }
  h1 { font-size: 1.6rem; }
  svg text, .marks text { font-size: 16px; }
  .facts > div { display: block; }
  .facts dt { font-size: .9rem; }
  .grid { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .75rem; }
  .grid > li { padding: .5rem; }
  table { font-size: .92rem; }
  th, td { padding: .3rem .4rem; }
  .wide { min-width: 7rem; }
}
`;

// What is folded away or scrolls on a screen has to stand on the paper whole.
const PRINT = `
@page { margin: 14mm; }
@media print {
  :root { font-size: 10pt; }
  body { max-width: none; padding: 0; }
  .chart { max-width: 26rem; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .contents { display: none; }
  h1, h2, h3, caption, figcaption, summary { break-after: avoid; }
  p { orphans: 3; widows: 3; }
  tr, figure, .cards > li, .grid > li, .groups > li, .facts > div, .legend, pre { break-inside: avoid; }
  thead { display: table-header-group; break-after: avoid; }
  tbody tr:first-child { break-before: avoid; }
  .scroll { overflow: visible; }
  table { font-size: 8.5pt; }
  th, td { padding: .15rem .35rem; }
  .wide { min-width: 5rem; }
  .confusion td, .upright td { min-width: 0; padding: .15rem .2rem; }
  .upright { font-size: 7pt; }
  .columns { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem; }
  .columns:has(table) { display: block; }
  details table { font-size: 7pt; }
  .grid { grid-template-columns: repeat(6, minmax(0, 1fr)); gap: .5rem; }
  .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  details::details-content { content-visibility: visible; height: auto; }
  a[href^="http"]::after { content: " (" attr(href) ")"; color: var(--quiet); }
}
`;

/** The look of a report. Colors never stand alone: lines also differ by dashes and marks, bars by hatching, verdicts by words. */
export const REPORT_STYLE = [
  `\n:root { ${LIGHT} }\n@media screen and (prefers-color-scheme: dark) { :root { ${DARK} } }`,
  ...[PAGE, TABLES, CHARTS, PICTURES, NARROW, PRINT],
].join('');
