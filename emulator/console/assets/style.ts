/** The console's look: dark aubergine and amber, so that nobody takes it for the integration under test. */
export const STYLE = `
:root { color-scheme: light dark; --ground: #f5f3ee; --panel: #fff; --ink: #221f2b; --soft: #645f70; --line: #dedad1;
  --accent: #5a3aa6; --on-accent: #fff; --link: #4d2f97; --side: #271d3d; --side-ink: #ece7f7; --side-soft: #b9aed1;
  --amber: #ffb224; --good: #166534; --good-bg: #dcf3e3; --warn: #854d0e; --warn-bg: #fbecc5; --bad: #a11d1d; --bad-bg: #fbe0dd;
  --info: #3d3a8c; --info-bg: #e5e3fa; --off: #565164; --off-bg: #e9e6e0; }
@media (prefers-color-scheme: dark) { :root { --ground: #16131c; --panel: #201c29; --ink: #eceaf2; --soft: #a9a3b8; --line: #383244;
  --accent: #a98bf0; --on-accent: #1a1128; --link: #c3adf7; --side: #1d1530; --good: #86e0a5; --good-bg: #173524; --warn: #f5cf7a;
  --warn-bg: #3c2f11; --bad: #ffaaa2; --bad-bg: #451c1c; --info: #c0bcff; --info-bg: #2b2858; --off: #b4aec2; --off-bg: #302b3b; } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; font: 15px/1.5 ui-sans-serif, system-ui, "Segoe UI", Roboto, sans-serif; background: var(--ground); color: var(--ink);
  display: grid; grid-template-columns: 15rem minmax(0, 1fr); min-height: 100vh; }
a { color: var(--link); text-underline-offset: .18em; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--amber); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--panel); padding: .5rem 1rem; z-index: 9; }
#side { background: var(--side); color: var(--side-ink); padding: 1.25rem 1rem; display: flex; flex-direction: column; gap: 1.25rem;
  position: sticky; top: 0; height: 100vh; overflow-y: auto; border-right: 4px solid var(--amber); }
#side a { color: inherit; text-decoration: none; }
.brand { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; font-weight: 700; font-size: 1.1rem; }
.brand b { background: var(--amber); color: #2a1a00; font-size: .7rem; letter-spacing: .12em; padding: .15rem .5rem; border-radius: 3px; }
#side ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 1px; }
#side li a { display: flex; justify-content: space-between; gap: .5rem; padding: .32rem .6rem; border-radius: 6px; overflow-wrap: anywhere; }
#side li a:hover { background: #ffffff14; }
#side li a[aria-current] { background: #ffffff24; font-weight: 600; box-shadow: inset 3px 0 var(--amber); }
#side h2 { font-size: .72rem; text-transform: uppercase; letter-spacing: .1em; color: var(--side-soft); margin: 0 0 .35rem .6rem; font-weight: 600; }
#side .sub a { padding-left: 1.4rem; font-size: .9rem; color: var(--side-soft); }
#side .event { font-weight: 500; padding-top: .5rem; }
.count { background: #ffffff26; border-radius: 99px; padding: 0 .5rem; font-size: .8rem; font-variant-numeric: tabular-nums; align-self: center; }
.count.bad { background: #d64545; color: #fff; }
.clock { margin-top: auto; background: #ffffff12; border-radius: 8px; padding: .75rem; font-size: .85rem; display: grid; gap: .5rem; }
.clock strong { font-size: 1.05rem; font-variant-numeric: tabular-nums; }
.clock p { margin: 0; color: var(--side-soft); }
.clock .row { gap: .25rem; flex-wrap: nowrap; }
.clock button { background: #ffffff1f; border-color: transparent; color: inherit; padding: .15rem .45rem; font-size: .8rem; white-space: nowrap; }
.clock button:hover { background: #ffffff3d; }
main { padding: 1.5rem clamp(1rem, 3vw, 2.5rem) 5rem; max-width: 86rem; width: 100%; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; text-wrap: balance; }
h2 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
h3 { font-size: 1rem; margin: 0 0 .5rem; }
h1 .badge { vertical-align: middle; }
.lead { color: var(--soft); margin: 0 0 1.25rem; max-width: 46rem; }
.quiet, small { color: var(--soft); font-size: .87rem; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .84em; overflow-wrap: anywhere; }
pre { background: var(--ground); border: 1px solid var(--line); border-radius: 8px; padding: .75rem; margin: .35rem 0 0; white-space: pre-wrap;
  max-height: 26rem; overflow: auto; }
.panel { background: var(--panel); border: 1px solid var(--line); border-radius: 12px; padding: 1rem 1.15rem; margin: 0 0 1rem; }
.panel > :first-child { margin-top: 0; } .panel > :last-child { margin-bottom: 0; }
.grid { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); align-items: start; }
.grid .panel { margin: 0; }
.row { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
main > .row.between { margin-bottom: .75rem; } main > pre { max-height: none; background: var(--panel); }
.between { justify-content: space-between; }
.badge { display: inline-block; padding: .05rem .55rem; border-radius: 99px; font-size: .8rem; font-weight: 600; white-space: nowrap;
  background: var(--off-bg); color: var(--off); }
.badge.good { background: var(--good-bg); color: var(--good); } .badge.warn { background: var(--warn-bg); color: var(--warn); }
.badge.bad { background: var(--bad-bg); color: var(--bad); } .badge.info { background: var(--info-bg); color: var(--info); }
button, .button, select, input, textarea { font: inherit; color: inherit; border: 1px solid var(--line); border-radius: 8px; background: var(--panel);
  padding: .38rem .8rem; max-width: 100%; }
button, .button { cursor: pointer; text-decoration: none; display: inline-block; line-height: 1.35; }
button:hover, .button:hover { border-color: var(--accent); color: var(--link); }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
tbody button.main { background: none; color: var(--link); border-color: var(--accent); } tbody button.main:hover { background: var(--accent); color: var(--on-accent); }
button.main:hover { filter: brightness(1.12); color: var(--on-accent); }
button.danger { color: var(--bad); } button.danger:hover { border-color: var(--bad); background: var(--bad-bg); color: var(--bad); }
button.small, .button.small { padding: .15rem .6rem; font-size: .86rem; border-radius: 6px; }
button[aria-busy] { opacity: .5; }
input, select, textarea { border-color: color-mix(in srgb, var(--soft) 55%, var(--line)); padding: .35rem .6rem; }
input[type=checkbox] { width: 1.05rem; height: 1.05rem; accent-color: var(--accent); }
input[type=number] { width: 7rem; } textarea { width: 100%; min-height: 5rem; font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .85rem; }
.fields { display: grid; gap: .75rem 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); margin-bottom: .9rem; }
.fields label { display: grid; gap: .2rem; font-size: .87rem; color: var(--soft); align-content: start; }
label { min-width: 0; } .fields label > :is(input, select, textarea) { width: 100%; color: var(--ink); font-size: .95rem; }
.fields label.check { display: flex; align-items: center; gap: .5rem; } .fields label.check > input { width: 1.05rem; }
.wide { grid-column: 1 / -1; }
.table { overflow-x: auto; background: var(--panel); border: 1px solid var(--line); border-radius: 12px; margin-bottom: 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .5rem .85rem; border-top: 1px solid var(--line); vertical-align: top; }
thead th { font-size: .8rem; font-weight: 600; color: var(--soft); border-top: 0; white-space: nowrap; }
tbody tr:hover { background: color-mix(in srgb, var(--accent) 5%, transparent); }
tbody th { font-weight: 600; } th small { font-weight: 400; } th > code:only-child, td button, td > code:only-child { white-space: nowrap; }
td.num { font-variant-numeric: tabular-nums; white-space: nowrap; }
td .row { gap: .3rem; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .3rem 1.2rem; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.bar { display: block; width: 100%; height: 8px; border-radius: 4px; overflow: hidden; background: var(--off-bg); }
.bar rect { fill: var(--accent); } .bar.warn rect { fill: #d97706; } .bar.bad rect { fill: #d64545; }
.tabs { display: flex; flex-wrap: wrap; gap: .35rem; margin: 0 0 1rem; padding: 0; list-style: none; }
.tabs a { display: block; padding: .25rem .75rem; border-radius: 99px; border: 1px solid var(--line); background: var(--panel); color: inherit; text-decoration: none; }
.tabs a[aria-current] { background: var(--ink); color: var(--ground); border-color: var(--ink); }
.empty { text-align: center; color: var(--soft); padding: 2rem 1rem; }
details > summary { cursor: pointer; } details[open] > summary { margin-bottom: .6rem; }
#toasts { position: fixed; right: 1rem; bottom: 1rem; display: grid; gap: .5rem; width: min(26rem, calc(100vw - 2rem)); z-index: 5; }
.toast { margin: 0; background: var(--ink); color: var(--ground); border-radius: 10px; padding: .7rem 1rem; box-shadow: 0 6px 24px #0005; border-left: 5px solid #4fbf77; }
.toast.bad { border-color: #ff6b5e; } .toast a { color: inherit; font-weight: 600; }
.toast button { float: right; margin-left: .75rem; padding: 0 .5rem; background: none; border-color: currentColor; color: inherit; font-size: .8rem; opacity: .8; }
#offline { position: fixed; inset: 0 0 auto; background: #b42318; color: #fff; text-align: center; padding: .5rem; z-index: 6; margin: 0; }
.setting { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, auto); gap: .3rem 1.5rem; padding: .6rem 0; border-top: 1px solid var(--line); align-items: center; }
.setting:first-child { border-top: 0; } .setting input[type=text], .setting input[type=url] { width: 20rem; }
.meter { margin: .5rem 0; } .panel dl + p { margin-bottom: 0; }
.grid.two { grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); } .presets .panel p { margin: .4rem 0 0; }
.jumps button { color: var(--ink); min-width: 6rem; }
.jumps { align-items: center; margin-bottom: 1rem; }
.note { border-left: 4px solid var(--amber); }
.narrow { display: none; }
@media (max-width: 64rem) {
  .narrow { display: inline; }
  body { display: block; }
  #side { position: static; height: auto; border-right: 0; border-bottom: 4px solid var(--amber); padding: .8rem 1rem; gap: .6rem; }
  #side ul { display: flex; flex-wrap: wrap; gap: .15rem; } #side h2 { display: none; } #side .sub a { padding-left: .6rem; font-size: inherit; }
  #side nav + nav { display: none; } .clock { margin: 0; display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; padding: .4rem .75rem; }
  .clock p { display: inline; }
  table.cards thead { display: none; }
  table.cards tr { display: grid; gap: .25rem; padding: .75rem 1rem; border-top: 1px solid var(--line); }
  table.cards tr:first-child { border-top: 0; }
  table.cards td, table.cards th { border: 0; padding: 0; }
  .setting { grid-template-columns: minmax(0, 1fr); }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; } dd { margin-bottom: .5rem; }
}
@media (prefers-reduced-motion: no-preference) { .toast { animation: rise .18s ease-out; } @keyframes rise { from { transform: translateY(8px); opacity: 0; } } }
`;
