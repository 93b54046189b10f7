import { schemeCss, styleSheet } from '../../theme/style-sheet.ts';

/** Levels of heat maps from which on the text takes the other shade, in both schemes. */
const OTHER_TEXT_FROM = 6;

const heatCss = Array.from({ length: 9 }, (_, i) => {
  const text = i < OTHER_TEXT_FROM ? 'var(--heat-low-text)' : 'var(--heat-high-text)';
  return `.heat-${i}{background:var(--heat-${i});color:${text}}`;
}).join('\n');

const textLight = '--heat-low-text:#191c22;--heat-high-text:#fff;--good:#1a6b3c;--good-panel:#e8f5ec;';
const textDark = '--heat-low-text:#fff;--heat-high-text:#0b0c0e;--good:#7fd8a2;--good-panel:#14291d;';

/** The style of the report, and what a live page has beyond it: a choice of colours, tiles, alarms, the sphere, matrices. */
export const dashboardCss = `${styleSheet}
:root{${textLight}}
@media (prefers-color-scheme:dark){:root{${textDark}}}
:root[data-theme=light]{${schemeCss.light}${textLight}}
:root[data-theme=dark]{${schemeCss.dark}${textDark}}
[hidden]{display:none!important}
.page{padding-top:1.2rem}
.top{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:.3rem 1.5rem}
.top h1{font-size:1.5rem;margin:.2rem 0}
.tools{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem 1.2rem;font-size:.9rem}
select,input[type=search]{font:inherit;font-size:.9rem;color:var(--ink);background:var(--paper);border:1px solid var(--line);border-radius:5px;padding:.25rem .5rem;max-width:100%}
.connection{display:flex;flex-wrap:wrap;align-items:center;gap:.3rem .6rem}
.connection::before{content:'';width:.65rem;height:.65rem;border-radius:50%;background:var(--muted);flex:none}
.connection[data-state=live]::before{background:var(--good)}
.connection[data-state=lost]::before{background:var(--warn)}
.connection[data-state=lost]{color:var(--warn)}
.wait{font-variant-numeric:tabular-nums}
main.stale .charts,main.stale .tiles,main.stale .sphere-panel{opacity:.75}
nav .federations{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,280px),1fr));gap:.6rem;border:0;padding:.5rem 0 0}
.federations a{display:grid;grid-template-columns:1fr auto;gap:0 .6rem;align-items:baseline;color:var(--ink);border:1px solid var(--line);border-radius:7px;padding:.55rem .8rem;height:100%}
.federations a:hover{text-decoration:none;border-color:var(--muted)}
.federations a[aria-current]{border-color:var(--link);box-shadow:inset 0 0 0 1px var(--link)}
.federations strong{overflow-wrap:anywhere;font-weight:600}
.federations .sub{grid-column:1/-1}
.status{font-size:.8rem;white-space:nowrap;border-radius:99px;padding:.05rem .6rem;border:1px solid var(--line);color:var(--muted)}
.status.running{color:var(--link);border-color:currentColor}
.status.finished{color:var(--good);border-color:currentColor}
.status.failed{color:var(--warn);border-color:currentColor}
section{margin-top:2.1rem}
main>section{contain:layout}
.headline{margin-top:1.6rem;outline:none}
.headline header{display:flex;flex-wrap:wrap;align-items:baseline;gap:.2rem .8rem}
.headline h2{font-size:1.6rem;margin:0;overflow-wrap:anywhere}
.headline .sub{font-size:.95rem}
progress{display:block;width:100%;height:6px;margin:.6rem 0 .9rem;border:0;border-radius:3px;background:var(--grid);appearance:none;overflow:hidden}
progress::-webkit-progress-bar{background:var(--grid)}
progress::-webkit-progress-value{background:var(--series-0);transition:width .4s}
progress::-moz-progress-bar{background:var(--series-0)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,150px),1fr));gap:.6rem;margin:0}
.tiles>div{background:var(--panel);border-radius:7px;padding:.55rem .8rem .6rem}
.tiles dt{color:var(--muted);font-size:.82rem}
.tiles dd{margin:0;font-size:1.3rem;font-weight:600;line-height:1.3;font-variant-numeric:tabular-nums}
.tiles dd.sub{font-size:.8rem;font-weight:400;min-height:1.3em}
.alarms{display:grid;gap:.7rem}
.alarm{border-left:4px solid var(--warn);background:var(--warn-panel);border-radius:0 7px 7px 0;padding:.7rem 1rem .4rem}
.alarm.over{border-left-color:var(--line);background:var(--panel)}
.alarm header{display:flex;flex-wrap:wrap;align-items:baseline;gap:.1rem .8rem;margin-bottom:.3rem}
.alarm h3{font-size:1.05rem}
.alarm code,.alarm .when{font-size:.83rem;color:var(--muted)}
.alarm p{margin:0 0 .35rem;font-size:.93rem;max-width:90ch}
.live .drawing svg{max-width:none;overflow:visible}
.live .drawing{touch-action:pan-y}
.live svg text{font-size:12px;fill:var(--muted)}
.live svg text.reference{fill:var(--ink);stroke:var(--paper);stroke-width:4;paint-order:stroke}
.live .legend span{color:var(--muted)}
.live .legend b{color:var(--ink);font-variant-numeric:tabular-nums}
.live .readout{min-height:1.4em}
.live .readout:empty{display:block}
.waiting{display:flex;flex-wrap:wrap;gap:.4rem;list-style:none;margin:0 0 .9rem;padding:0;font-size:.88rem}
.waiting li{display:flex;align-items:baseline;gap:.5rem;border:1px solid var(--line);border-radius:99px;padding:.1rem .8rem}
.waiting li span{color:var(--muted);font-variant-numeric:tabular-nums}
.waiting .badge{margin:0;color:var(--warn)!important}
.table-scroll.tall{max-height:26rem;overflow:auto}
.tall thead th{position:sticky;top:0;background:var(--paper);z-index:1}
.tall thead th:first-child{z-index:2}
table.devices{width:100%}
table.devices tbody th{white-space:nowrap}
tr.working td:nth-child(3),tr.working td:nth-child(4){color:var(--link);font-weight:600}
tr.failed td:nth-child(3),tr.away td:nth-child(2){color:var(--warn)}
.sphere{position:relative;aspect-ratio:1;width:100%;max-width:600px;margin:0 auto;cursor:grab;touch-action:pan-y;user-select:none;border-radius:8px;overflow:hidden}
.sphere:active{cursor:grabbing}
.sphere:focus-visible{outline-offset:-2px}
.sphere>canvas,.sphere>svg{display:block;width:100%;height:100%;position:absolute;inset:0}
.sphere .ball{fill:var(--panel);stroke:var(--line)}
.sphere .net{fill:none;stroke:var(--line);stroke-opacity:.7}
.sphere .pair{fill:none;stroke:var(--ink);stroke-width:2}
.labels{position:absolute;inset:0;pointer-events:none;overflow:hidden}
.labels svg{position:absolute;inset:0;width:100%;height:100%}
.labels line{stroke:var(--muted);stroke-opacity:.55;stroke-width:.75}
.labels span{position:absolute;left:0;top:0;font-size:.85rem;font-weight:600;line-height:1;white-space:nowrap;color:var(--ink);text-shadow:0 0 3px var(--paper),0 0 3px var(--paper)}
.labels span.back{color:var(--muted);font-weight:400}
.sphere-panel .readout{min-height:1.4em;text-align:center}
.sphere-panel .readout:empty{display:block}
.controls label{min-width:0;max-width:100%}
.controls select{min-width:0;flex:0 1 auto}
table.matrix{font-size:.8rem;border-spacing:1px;border-collapse:separate;width:auto}
table.matrix th,table.matrix td{padding:.3rem .2rem;min-width:2.1rem;text-align:center;border:0;white-space:nowrap;line-height:1.25}
table.matrix tbody th{text-align:right;padding-right:.5rem;font-weight:500}
table.matrix thead th{font-size:.8rem;text-align:center;position:static}
table.matrix .corner{color:var(--muted);font-size:.75rem;text-align:right;padding-right:.5rem}
table.matrix .nothing{background:none}
.panel h3{margin-bottom:.1rem}
.charts+.charts{margin-top:1.6rem}
${heatCss}
@media (max-width:620px){
.top h1{font-size:1.3rem}
.tiles{grid-template-columns:repeat(2,1fr)}
table.matrix th,table.matrix td{min-width:1.72rem;font-size:.72rem;padding:.25rem .05rem}
table.matrix tbody th,table.matrix .corner{padding-right:.3rem}
}
@media (prefers-reduced-motion:reduce){*{transition:none!important;animation:none!important}}
`;
