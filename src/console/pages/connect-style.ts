import { createHash } from 'node:crypto'

/** What the connect page has besides the style sheet of all pages; the same rules hold for it (`style-sheet.ts`). */
export const CONNECT_STYLE = `
.hero { margin: 2.25rem .25rem 2rem; }
.hero h1 { font-size: clamp(1.7rem, 1.2rem + 2.6vw, 2.4rem); line-height: 1.15; letter-spacing: -.022em; }
.hero p { max-width: 36rem; margin-top: .9rem; font-size: 1.06rem; color: var(--soft); }
.hero nav { gap: .5rem; }
.hero nav a { padding: .35rem .9rem; border: 1px solid var(--edge); border-radius: 2rem; font-weight: 600; font-size: .93rem; text-decoration: none; }
.hero nav a:hover { background: var(--tint); }
.card + .card { margin-top: 1.5rem; }
.server > h2 { font-size: 1.3rem; letter-spacing: -.012em; }
.block { margin-top: .9rem; display: grid; grid-template-columns: 1fr auto; align-items: center; border: 1px solid var(--line); border-radius: .6rem; overflow: hidden; }
.block figcaption { padding: .5rem .9rem; font-size: .88rem; color: var(--soft); }
.block pre { grid-column: 1 / -1; padding: .85rem .9rem; border-top: 1px solid var(--line); background: var(--page); white-space: pre-wrap; }
.block pre code { color: var(--ink); font-size: .88rem; line-height: 1.6; -webkit-user-select: all; user-select: all; }
.block .copy { min-height: 1.9rem; margin: .3rem .4rem .3rem 0; padding: .15rem .75rem; font-size: .85rem; border-color: transparent; pointer-events: auto !important; }
.block .copy:hover { background: var(--tint); box-shadow: none; }
.address pre { border-top: 0; }
.address figcaption { grid-row: 1; border-bottom: 1px solid var(--line); }
.signin { list-style: none; padding: 0; margin-top: .75rem; display: grid; gap: .9rem; }
.signin li { padding-inline-start: .9rem; border-inline-start: .2rem solid var(--line); }
.signin li:first-child { border-color: var(--accent); }
.signin strong { font-weight: 600; }
.signin p { margin-top: .15rem; }
.quick { display: flex; flex-wrap: wrap; gap: .6rem; margin-top: .9rem; }
.quick .button { min-height: 2.6rem; padding: .5rem 1.1rem; }
.folds { margin-top: .9rem; border: 1px solid var(--line); border-radius: .6rem; overflow: hidden; }
.folds details + details { border-top: 1px solid var(--line); }
.folds summary { display: flex; flex-wrap: wrap; align-items: center; gap: .1rem .75rem; padding: .8rem 2.6rem .8rem 1rem; position: relative; cursor: pointer; list-style: none; }
.folds summary::-webkit-details-marker { display: none; }
.folds summary::after { content: ""; position: absolute; inset-inline-end: 1.1rem; top: 50%; width: .5rem; height: .5rem; margin-top: -.4rem; border: solid var(--edge); border-width: 0 .13rem .13rem 0; transform: rotate(45deg); }
.folds details[open] > summary::after { margin-top: -.1rem; transform: rotate(225deg); }
.folds summary:hover { background: var(--tint); }
.folds summary:focus-visible { outline-offset: -.2rem; }
.folds summary h4, .folds summary .words { font-size: 1rem; font-weight: 600; }
.folds summary .how { margin-inline-start: auto; font-size: .87rem; color: var(--soft); }
.folds details > div { padding: .1rem 1rem 1.25rem; }
.way + .way { margin-top: 1.6rem; padding-top: 1.4rem; border-top: 1px solid var(--line); }
.way h5 { font-size: .95rem; font-weight: 600; }
.way ol { margin-top: .9rem; padding-inline-start: 1.4rem; }
.way li + li { margin-top: .35rem; }
.way li::marker { color: var(--soft); font-weight: 600; }
.way > p { margin-top: .9rem; }
.remarks { margin-top: 1.1rem; padding-inline-start: 1.1rem; }
.remarks li + li { margin-top: .3rem; }
.scopes { list-style: none; padding: 0; margin-top: .5rem; }
.scopes > li { padding: .85rem 0; }
.scopes > li + li { border-top: 1px solid var(--line); }
.scopes > li > p:first-child { display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem .75rem; font-weight: 600; }
.tiers { list-style: none; padding: 0; margin-top: .3rem; }
.tiers li { margin-top: .2rem; }
.tiers .mark-manage { color: var(--care); }
.names { margin-top: .5rem; }
.names summary { width: fit-content; padding: .15rem 0; color: var(--accent); cursor: pointer; font-size: .9rem; font-weight: 500; }
.names ul { padding-inline-start: 1.1rem; margin-top: .3rem; columns: 15rem; column-gap: 2rem; }
.names li { break-inside: avoid; padding-block: .1rem; font-size: .9rem; }
.names h4 { margin-top: .7rem; font-size: .9rem; font-weight: 600; }
@media (max-width: 30rem) {
  .hero { margin-block: 1.25rem 1.5rem; }
  .quick { display: grid; }
  .folds summary { padding-inline-start: .85rem; }
  .folds summary .how { margin-inline-start: 0; flex-basis: 100%; }
  .folds details > div { padding-inline: .85rem; }
}
@media (forced-colors: active) {
  .block, .folds { border-color: CanvasText; }
  .folds summary::after { border-color: CanvasText; }
}
`

/** It as a source of `style-src`: `'sha256-…'`. */
export const CONNECT_STYLE_SOURCE = `'sha256-${createHash('sha256').update(CONNECT_STYLE).digest('base64')}'`
