import { createHash } from 'node:crypto'

/**
 * The one style sheet of all pages, inline: nothing is loaded from anywhere. One accent colour; light and dark as the
 * reader's system has it; contrasts of at least 4.5 to 1 for text and 3 to 1 for the edges of controls (WCAG 2.2, 1.4.3
 * and 1.4.11). Lengths are in `rem`, so that larger text gets more room.
 *
 * A button that was clicked takes no further click for three seconds: a double click would send the form twice, and the
 * browser would show the answer to the second one, which comes too late. The keyboard is not held up.
 */
export const STYLE_SHEET = `
:root {
  color-scheme: light dark;
  --page: #f5f4f0; --card: #fff; --ink: #1d1c1a; --soft: #5b5852; --line: #dedbd3; --edge: #85817a;
  --accent: #14594f; --on-accent: #fff; --tint: #e6f0ed;
  --care: #6b4300; --care-tint: #fcf3e0; --care-line: #d9a648;
  --wrong: #8e1b16; --wrong-tint: #fdeeec; --wrong-line: #d4736c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #131413; --card: #1c1e1d; --ink: #eceae5; --soft: #aeaaa2; --line: #343634; --edge: #858580;
    --accent: #8fd3c4; --on-accent: #0d2420; --tint: #1f302c;
    --care: #f2cf8f; --care-tint: #2c2415; --care-line: #8a6a2c;
    --wrong: #ffb4ac; --wrong-tint: #341c1a; --wrong-line: #a2524c;
  }
}
* { box-sizing: border-box; margin: 0; }
html { font: 100%/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif; -webkit-text-size-adjust: 100%; }
body { background: var(--page); color: var(--ink); padding: 1.5rem 1rem 3rem; overflow-wrap: anywhere; }
header, main, footer { max-width: 35rem; margin-inline: auto; }
.wide header, .wide main, .wide footer { max-width: 46rem; }
.mark { display: flex; align-items: end; gap: .6rem; margin: 1rem 0 1.25rem; padding-inline: .25rem; font-weight: 650; }
.mark::before { content: ""; flex: none; width: .95rem; height: 1.3rem; margin-bottom: .1rem; border: .2rem solid var(--accent); border-bottom: 0; border-radius: .5rem .5rem 0 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .9rem; padding: 1.75rem; }
.card.problem { border-top: .3rem solid var(--wrong-line); }
.card + .card { margin-top: 1.25rem; }
h1 { font-size: 1.55rem; line-height: 1.25; font-weight: 650; letter-spacing: -.012em; text-wrap: balance; }
h2 { font-size: 1.08rem; line-height: 1.35; font-weight: 650; }
h3 { font-size: 1rem; font-weight: 650; }
h1 + p, h2 + p { margin-top: .6rem; }
p + p { margin-top: .6rem; }
section, fieldset, .facts, .note { margin-top: 1.5rem; }
.top + p { margin-top: .6rem; }
.badges + p { margin-top: 1rem; }
a { color: var(--accent); text-underline-offset: .18em; }
bdi { unicode-bidi: isolate; }
code { font: .86em/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; color: var(--soft); }
.soft { color: var(--soft); }
.small { font-size: .9rem; }
.badges { display: flex; flex-wrap: wrap; align-items: center; gap: .35rem .6rem; margin-top: .7rem; }
.badge { display: inline-block; padding: .08rem .6rem; border: 1px solid var(--edge); border-radius: 1rem; font-size: .84rem; font-weight: 600; }
.badge.care { color: var(--care); background: var(--care-tint); border-color: var(--care-line); }
.badge.good { color: var(--accent); background: var(--tint); border-color: var(--accent); }
.note { padding: .85rem 1rem; border: 1px solid var(--line); border-inline-start: .3rem solid var(--edge); border-radius: .5rem; }
.note.care { background: var(--care-tint); border-color: var(--care-line); color: var(--care); }
.note.wrong { background: var(--wrong-tint); border-color: var(--wrong-line); color: var(--wrong); }
.note.good { background: var(--tint); border-color: var(--accent); }
.facts { display: grid; grid-template-columns: minmax(7rem, auto) 1fr; border-top: 1px solid var(--line); }
.facts > * { padding: .7rem 0; border-bottom: 1px solid var(--line); }
.facts dt { color: var(--soft); padding-inline-end: 1.25rem; }
.facts code { display: block; }
fieldset { border: 0; padding: 0; min-width: 0; }
legend { padding: 0; font-size: 1.08rem; font-weight: 650; line-height: 1.35; }
legend + p { margin-top: .35rem; }
.ticks { list-style: none; padding: 0; margin-top: .5rem; }
.ticks li + li { border-top: 1px solid var(--line); }
.ticks label { display: grid; grid-template-columns: 1.3rem 1fr; gap: 0 .8rem; padding: .7rem 0; cursor: pointer; }
.ticks input { width: 1.2rem; height: 1.2rem; margin: .18rem 0 0; accent-color: var(--accent); }
.ticks code { display: block; }
.abilities { list-style: none; padding: 0; margin-top: .75rem; display: grid; gap: .9rem; }
.abilities li { padding-inline-start: .9rem; border-inline-start: .2rem solid var(--line); }
.abilities p { margin-top: .15rem; }
.abilities .manage { border-color: var(--care-line); }
.field { display: grid; gap: .35rem; margin-top: 1rem; }
.field label { font-weight: 600; }
input:not([type=checkbox]) { width: 100%; min-height: 2.9rem; padding: .5rem .8rem; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--edge); border-radius: .5rem; }
input[aria-invalid=true] { border: 2px solid var(--wrong); }
button, .button { display: inline-block; min-height: 2.9rem; padding: .65rem 1.2rem; font: inherit; font-weight: 600; line-height: 1.3; text-align: center; text-decoration: none; color: var(--accent); background: var(--card); border: 1px solid var(--accent); border-radius: .5rem; cursor: pointer; }
button.main, .button.main { color: var(--on-accent); background: var(--accent); }
button.plain { min-height: 1.75rem; padding: .2rem .3rem; margin-inline: -.3rem; border-radius: .3rem; font-weight: 500; border-color: transparent; background: none; text-decoration: underline; text-underline-offset: .18em; }
button:hover, .button:hover { box-shadow: inset 0 0 0 1px var(--accent); }
button.main:hover { box-shadow: inset 0 0 0 2px var(--on-accent); }
button { transition: pointer-events 0s 3s allow-discrete; }
button:focus:not(:focus-visible, :active) { pointer-events: none; transition-delay: 0s; }
:focus-visible { outline: .2rem solid var(--accent); outline-offset: .2rem; border-radius: .3rem; }
.answer { display: grid; grid-template-columns: 1fr 1fr; gap: .8rem; margin-top: 1.75rem; }
.full { width: 100%; margin-top: 1.25rem; }
.ways { margin-top: 1.75rem; }
.ways .full:first-of-type { margin-top: 0; }
.ways .field ~ .full { margin-top: 1.25rem; }
.or { display: flex; align-items: center; gap: 1rem; margin-block: 1.5rem; color: var(--soft); }
.or::before, .or::after { content: ""; flex: 1; border-top: 1px solid var(--line); }
.ending { margin-top: 1rem; }
.ending a { display: inline-block; padding-block: .1rem; }
.apart { margin-top: 1.75rem; padding-top: .5rem; border-top: 1px solid var(--line); }
.onward { margin-top: 1.5rem; }
.may { list-style: none; padding: 0; margin-top: .5rem; }
.things { list-style: none; padding: 0; margin-top: .5rem; }
.things > li { display: grid; grid-template-columns: 1fr auto; gap: .5rem 1.25rem; align-items: start; padding: 1.1rem 0; }
.things > li + li { border-top: 1px solid var(--line); }
.things > li:last-child { padding-bottom: 0; }
.things .badges { margin-top: .3rem; }
.things p { margin-top: .3rem; }
.top { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: .5rem 1.25rem; }
nav { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; margin-top: 1.25rem; }
footer { margin-top: 1.25rem; padding-inline: .25rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 30rem) {
  body { padding: .5rem .5rem 2rem; }
  .card { padding: 1.25rem 1rem; }
  .facts { grid-template-columns: 1fr; }
  .facts dt { border-bottom: 0; padding-bottom: 0; font-size: .9rem; }
  .facts dd { padding-top: .1rem; }
  .things > li { grid-template-columns: 1fr; }
  .things button { width: 100%; margin-top: .4rem; }
}
@media (forced-colors: active) {
  button, .badge, .note, .card { border-color: CanvasText; }
  .mark::before { border-color: CanvasText; }
}
`

/** The style sheet as a source of `style-src` (CSP 3 section 2.3.1): `'sha256-…'`. */
export const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE_SHEET).digest('base64')}'`
