/**
 * The look of a report. Blue and orange are Okabe and Ito's, which color-blind readers tell apart; lines also differ by dashes and marks,
 * verdicts also by words.
 */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --page: #ffffff; --text: #1c1e21; --quiet: #5b6168; --line: #d5d9de; --panel: #f5f6f8;
  --first: #0072b2; --second: #c24e00; --third: #007a5a; --fourth: #8a4f78; --right: 0 114 178; --wrong: 213 94 0; }
@media (prefers-color-scheme: dark) { :root { --page: #15181c; --text: #e8eaed; --quiet: #a3abb5; --line: #3a4048; --panel: #1e2227;
  --first: #56b4e9; --second: #f0a13a; --third: #35c79a; --fourth: #d7a0c8; --right: 60 140 200; --wrong: 213 110 30; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem 1rem 4rem; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Liberation Sans", "DejaVu Sans", sans-serif; overflow-wrap: break-word; }
h1 { margin: 0 0 .25rem; line-height: 1.2; }
h2 { margin: 2.5rem 0 .75rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); font-size: 1.3rem; }
h3 { margin: 1.5rem 0 .5rem; font-size: 1.05rem; }
p { margin: .5rem 0; max-width: 48rem; }
a { color: var(--first); }
.lead { font-size: 1.15rem; }
.note, caption, figcaption { color: var(--quiet); font-size: .9rem; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1.5rem; align-items: start; }
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .4rem; }
th, td { padding: .25rem .6rem; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; }
tbody th { font-weight: 400; }
.number, .confusion td { text-align: right; white-space: nowrap; }
tfoot th, tfoot td, .own th, .own td { font-weight: 700; }
.facts th { color: var(--quiet); white-space: nowrap; }
.confusion td { min-width: 3.2rem; text-align: center; border: 1px solid var(--line); }
.confusion .right { background: rgb(var(--right) / var(--shade)); font-weight: 700; }
.confusion .wrong { background: rgb(var(--wrong) / var(--shade)); }
.bars { width: 100%; }
.wide { min-width: 12rem; vertical-align: middle; }
.bars th, .bars td { border: 0; padding: .15rem .4rem .15rem 0; vertical-align: middle; }
.bars td:nth-child(2) { width: 55%; }
.track { display: block; height: .8rem; background: var(--line); border-radius: 2px; overflow: hidden; }
.track span { display: block; height: 100%; background: var(--quiet); }
.own .track span { background: var(--first); }
.chart { margin: 0; }
.chart figcaption { font-weight: 600; color: var(--text); }
.chart svg { width: 100%; height: auto; }
svg text { fill: var(--quiet); font-size: 13px; }
.axes line { stroke: var(--line); stroke-width: 1; }
.level line { stroke: var(--quiet); stroke-width: 1.5; stroke-dasharray: 2 4; }
.series { fill: none; stroke-width: 2.2; stroke-linejoin: round; }
.series circle, .series rect, .series path { stroke: none; }
.series-0 { stroke: var(--first); } .series-0 circle { fill: var(--first); }
.series-1 { stroke: var(--second); stroke-dasharray: 7 4; } .series-1 rect { fill: var(--second); }
.series-2 { stroke: var(--third); stroke-dasharray: 2 3; } .series-2 path { fill: var(--third); }
.series-3 { stroke: var(--fourth); stroke-dasharray: 10 3 2 3; } .series-3 path { fill: var(--fourth); }
.legend { list-style: none; margin: .25rem 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .9rem; }
.chart .swatch, .swatch { width: 2rem; height: 1rem; vertical-align: -.15rem; }
.cards, .grid { list-style: none; margin: 0; padding: 0; display: grid; gap: 1rem; }
.cards { grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr)); }
.grid { grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); }
.cards li, .grid li { background: var(--panel); border: 1px solid var(--line); border-top: 4px solid var(--quiet); border-radius: 4px; padding: .75rem; min-width: 0; }
.cards li.right, .grid li.right { border-top-color: rgb(var(--right)); }
.cards li.wrong, .grid li.wrong { border-top: 4px dashed rgb(var(--wrong)); }
.cards li { display: grid; grid-template-columns: 7rem minmax(0, 1fr); gap: 1rem; align-items: start; }
.cards img, .grid img { display: block; width: 100%; height: auto; border-radius: 2px; background: #fff; }
.cards p, .grid p { margin: 0; }
.grid img { margin-bottom: .5rem; }
.cards .bars th { width: 40%; }
.cards .bars td:nth-child(2) { width: 35%; }
.name { font-size: .9rem; color: var(--quiet); }
.verdict { font-weight: 600; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
details { margin: 1rem 0; }
summary { cursor: pointer; color: var(--first); }
@media print { details > * { display: block; } .cards li, .grid li, figure { break-inside: avoid; } }
`;
