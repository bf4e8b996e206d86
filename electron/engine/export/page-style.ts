/** How an exported page looks, light and dark. */
export const pageStyle = `
:root { color-scheme: light dark; --page: #fff; --text: #141a23; --soft: #586373; --line: #e3e6eb; --bar: #cdd7f5; --pick: #e9edfb; --accent: #3350c4; --danger: #c02f2f; --s0: #9aa5b5;
  --s1: #2b5aee; --s2: #d07b19; --s3: #066955; --s4: #cc358d; --s5: #169ad0; --s6: #916a0b; --s7: #6135a0; --s8: #ac212e; --s9: #56935e; --s10: #592245; }
@media (prefers-color-scheme: dark) { :root { --page: #14181f; --text: #e7eaf0; --soft: #9aa5b5; --line: #2b323d; --bar: #33437c; --pick: #222b47; --accent: #8fa6ff; --danger: #f0716f; --s0: #6b7687;
  --s1: #6d8dff; --s2: #e59a45; --s3: #2fb39a; --s4: #ee7ebd; --s5: #54bff0; --s6: #cfa545; --s7: #ab8be8; --s8: #ef6f78; --s9: #86c48d; --s10: #d09bb9; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px; max-width: 1080px; background: var(--page); color: var(--text); font: 14px/1.5 system-ui, sans-serif; }
h1 { font-size: 22px; line-height: 1.3; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 17px; line-height: 1.3; margin: 0 0 4px; overflow-wrap: anywhere; }
section > h2 { margin-top: 20px; }
section + section { border-top: 2px solid var(--line); margin-top: 32px; }
p { margin: 4px 0; color: var(--soft); overflow-wrap: anywhere; }
button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
button:focus-visible, svg:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.figures { display: flex; flex-wrap: wrap; gap: 8px 32px; margin: 16px 0; padding: 0; }
.figures div { display: flex; flex-direction: column-reverse; }
.figures dt { color: var(--soft); }
.figures dd { margin: 0; font-size: 18px; font-weight: 600; font-variant-numeric: tabular-nums; }
.panel { border-top: 1px solid var(--line); padding-top: 12px; margin-top: 16px; }
.chart { display: block; width: 100%; height: auto; cursor: crosshair; touch-action: none; user-select: none; }
.chart text { fill: var(--soft); font-size: 12px; }
.end { text-anchor: end; } .middle { text-anchor: middle; }
.grid { stroke: var(--line); } .cursor { stroke: var(--soft); pointer-events: none; } .brush { fill: var(--accent); fill-opacity: .15; stroke: none; }
.line { fill: none; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; } .faded { opacity: .15; }
.limit { stroke: var(--danger); stroke-dasharray: 4 3; } .unit { font-size: 12px; padding-left: 7%; }
.s0 { stroke: var(--s0); } .s1 { stroke: var(--s1); } .s2 { stroke: var(--s2); } .s3 { stroke: var(--s3); } .s4 { stroke: var(--s4); } .s5 { stroke: var(--s5); }
.s6 { stroke: var(--s6); } .s7 { stroke: var(--s7); } .s8 { stroke: var(--s8); } .s9 { stroke: var(--s9); } .s10 { stroke: var(--s10); }
.dot { display: inline-block; width: 10px; height: 10px; overflow: visible; } .dot line { stroke-width: 10; }
.reset { position: sticky; top: 8px; z-index: 1; background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: 2px 10px; margin-top: 8px; } .reset[hidden] { display: none; }
.tip { position: absolute; z-index: 1; background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: 6px 10px; max-width: 420px;
  overflow-wrap: anywhere; font-size: 12px; pointer-events: none; box-shadow: 0 4px 16px rgb(0 0 0 / .15); } .tip[hidden] { display: none; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 500; color: var(--soft); }
th, td { padding: 6px 10px; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.ranking tbody tr { cursor: pointer; } .ranking tbody tr:hover, .chosen { background: var(--pick); }
.number { text-align: right; white-space: nowrap; } .ranking .number { width: 1%; }
[aria-sort=descending] button::after { content: ' ↓'; content: ' ↓' / ''; } [aria-sort=ascending] button::after { content: ' ↑'; content: ' ↑' / ''; }
code { font: 12px/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
@media print { .reset, .tip { display: none; } }
`;
