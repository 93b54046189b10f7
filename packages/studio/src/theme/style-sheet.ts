import { paletteCss, paper } from '../chart/palette.ts';

const light = `color-scheme:light;--paper:${paper.light};--panel:#f6f7f9;--ink:#191c22;--muted:#596170;--line:#cdd2da;--grid:#e8ebef;--link:#0c3fa8;--warn:#8a3b00;--warn-panel:#fff4e5;${paletteCss('light')}`;
const dark = `color-scheme:dark;--paper:${paper.dark};--panel:#1d2026;--ink:#eceef2;--muted:#a3abb9;--line:#434955;--grid:#2a2e36;--link:#8fb3ff;--warn:#ffb871;--warn-panel:#33240f;${paletteCss('dark')}`;

/** The custom properties of the page, for each scheme. */
export const schemeCss = { light, dark } as const;

/** The page's style: light and dark, from 320 px to paper. */
export const styleSheet = `
:root{${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}
@media print{:root{${light}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',sans-serif;overflow-wrap:break-word}
.page{max-width:1136px;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:clamp(1.65rem,1.2rem + 2vw,2.35rem);line-height:1.15;letter-spacing:-.018em;margin:.1em 0 .3em;text-wrap:balance}
h2{font-size:1.35rem;line-height:1.25;letter-spacing:-.01em;margin:0 0 .35rem}
h3{font-size:1rem;line-height:1.35;margin:0}
p{margin:0 0 .8rem;max-width:78ch}
a{color:var(--link)}
.eyebrow{margin:0;color:var(--muted);font-size:.85rem}
.facts{display:flex;flex-wrap:wrap;gap:.25rem 1.6rem;margin:.2rem 0 1rem;padding:0;list-style:none;color:var(--muted);font-size:.95rem}
.facts b{color:var(--ink);font-weight:600}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;list-style:none;margin:0;padding:.7rem 0;border-block:1px solid var(--line);font-size:.92rem}
nav a{text-decoration:none}
nav a:hover{text-decoration:underline}
section{margin-top:2.6rem}
.note{color:var(--muted);font-size:.88rem;max-width:90ch;line-height:1.45;margin:.15rem 0 .4rem}
.verdict{border-left:4px solid var(--series-0);background:var(--panel);padding:.9rem 1.1rem .3rem;margin:0 0 1.2rem;border-radius:0 6px 6px 0}
.alert{border-left:4px solid var(--warn);background:var(--warn-panel);padding:.7rem 1rem;margin:1rem 0 0;border-radius:0 6px 6px 0;list-style-position:inside}
.alert p{margin:0}
.alert p+p{margin-top:.3rem}
.empty{color:var(--muted);background:var(--panel);padding:.8rem 1rem;border-radius:6px;max-width:none}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,460px),1fr));gap:1.8rem 2.2rem;align-items:start}
.charts.small{grid-template-columns:repeat(auto-fill,minmax(min(100%,320px),1fr))}
figure{margin:0;min-width:0}
.chart{container-type:inline-size}
.drawing svg{display:block;width:100%;height:auto;max-width:560px;overflow:visible}
.charts.small .drawing svg{max-width:420px}
.drawing.narrow{display:none}
.charts.small .drawing.narrow{display:block}
.narrow-only{display:none!important}
@container (max-width:440px){.drawing.wide{display:none}.drawing.narrow{display:block}.narrow-only{display:flex!important}}
.legend{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;list-style:none;margin:.2rem 0 .3rem;padding:0;font-size:.85rem}
.legend li{display:flex;align-items:center;gap:.4rem}
.key{flex:none;vertical-align:-1px}
.cursor{stroke:var(--muted);stroke-width:1;stroke-dasharray:2 2}
.readout{color:var(--muted);font-size:.83rem;line-height:1.4;font-variant-numeric:tabular-nums;margin:.2rem 0 .3rem;max-width:none}
.readout:empty{display:none}
[role=slider]{cursor:crosshair;border-radius:4px;touch-action:pan-y}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.heat-key{display:flex;align-items:center;gap:2px;font-size:.83rem;color:var(--muted);margin:0 0 1rem}
.heat-key i{width:22px;height:13px}
.heat-key span:first-child{margin-right:6px}
.heat-key span:last-child{margin-left:6px}
.table-scroll{overflow-x:auto;max-width:100%;margin:.2rem 0 .8rem}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums;line-height:1.35}
th,td{text-align:right;padding:.38rem .7rem;border-bottom:1px solid var(--grid);vertical-align:top;white-space:nowrap}
thead th{color:var(--muted);font-weight:500;font-size:.82rem;border-bottom:1px solid var(--line);vertical-align:bottom;white-space:normal;min-width:5.2em}
th:first-child,td:first-child,.text{text-align:left}
tbody th{font-weight:500}
th:first-child{padding-left:0;position:sticky;left:0;background:var(--paper);z-index:1}
table.headline{width:100%;font-size:.95rem}
table.headline tbody th{white-space:normal;min-width:13em}
table.warnings td:last-child{white-space:normal;min-width:22em}
.sub{display:block;color:var(--muted);font-size:.82rem;font-weight:400}
td .sub{display:inline}
.leads{font-weight:700}
.badge{display:inline-block;border:1px solid var(--warn);color:var(--warn);border-radius:99px;font-size:.75rem;padding:0 .5em;font-weight:500;margin-left:.35em}
details{margin:.3rem 0}
summary{cursor:pointer;color:var(--link);font-size:.88rem;width:fit-content}
details.data .table-scroll{max-height:24rem;overflow:auto}
details.data thead th{position:sticky;top:0;background:var(--paper)}
details.data thead th:first-child{z-index:2}
pre{background:var(--panel);border-radius:6px;padding:.8rem 1rem;overflow-x:auto;font:.85rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;margin:.3rem 0 .8rem;white-space:pre-wrap;overflow-wrap:anywhere}
details pre{max-height:28rem;overflow:auto}
.command{position:relative}
.command pre{padding-right:6rem}
.command button{position:absolute;top:.55rem;right:.6rem}
button{font:inherit;font-size:.85rem;color:var(--ink);background:var(--paper);border:1px solid var(--line);border-radius:5px;padding:.25rem .75rem;cursor:pointer}
button:hover{border-color:var(--muted)}
.picture{margin-top:1.4rem}
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,320px),1fr));gap:1rem 2rem;max-width:920px}
.panels svg{display:block;width:100%;height:auto;max-width:440px;touch-action:none;cursor:grab;border-radius:6px;overflow:visible}
h4{font-size:.95rem;font-weight:600;margin:0 0 .2rem}
.pair-text{font-size:.85rem;color:var(--muted);margin:.1rem 0 0}
.picture .ball{fill:var(--panel);stroke:var(--line)}
.picture .axis{stroke:var(--line);stroke-dasharray:2 3}
.picture .spoke{stroke:var(--tone);stroke-opacity:.35}
.picture .leader{stroke:var(--line);stroke-width:.75}
.picture .pair{stroke:var(--ink);stroke-width:1.75}
.picture circle.dot{fill:var(--tone);stroke:var(--paper)}
.picture text{font-size:12px;fill:var(--ink);dominant-baseline:middle;user-select:none}
.controls{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem .8rem;margin:.5rem 0 .8rem;font-size:.88rem}
.controls label{display:flex;align-items:center;gap:.5rem}
.controls input{width:min(14rem,44vw);accent-color:var(--link)}
.controls output{min-width:2.2em;font-variant-numeric:tabular-nums}
.hint{color:var(--muted);font-size:.83rem}
.visually-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-999px}
.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.3rem .6rem}
footer{margin-top:3rem;color:var(--muted);font-size:.85rem;border-top:1px solid var(--line);padding-top:.8rem}
@media (max-width:620px){.page{padding:1.5rem 1rem 3rem}body{font-size:15.5px}th,td{padding-inline:.5rem}table.headline tbody th{min-width:9.5em}}
@media print{body{font-size:10.5pt}.page{max-width:none;padding:0}nav,.controls,.readout,.skip,button{display:none!important}figure,.panel,tr,.verdict{break-inside:avoid}h2,h3{break-after:avoid}details:not([open]){display:none}a{color:inherit;text-decoration:none}section{margin-top:1.5rem}pre,.table-scroll{overflow:visible;max-height:none!important}}
`;
