import { type Content, Markup, markup } from './markup.ts'
import { STYLE_SHEET } from './style-sheet.ts'

/** A page around its matter. */
export interface Layout {
  /** Title of the gateway, which is its mark. */
  readonly product: string
  /** The state of the page, in words: what a screen reader says first. */
  readonly title: string
  /** Room for lists instead of one matter. */
  readonly isWide?: boolean
  /** What stands in `<head>` besides: a style sheet or a script of our own, which the page’s policy has to allow. */
  readonly head?: Markup
  readonly content: Content
}

/** A whole HTML document: no image, nothing from elsewhere; see `style-sheet.ts` for its policy. */
export function layout({ product, title, isWide, head, content }: Layout): string {
  return markup`<!doctype html>
<html lang="en"${isWide ? markup` class="wide"` : undefined}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex, nofollow">
<title>${title} · ${product}</title>
<style>${OWN_STYLE}</style>${head}
</head>
<body>
<header><p class="mark"><bdi>${product}</bdi></p></header>
<main>
${content}
</main>
</body>
</html>
`.toString()
}

const OWN_STYLE = new Markup(STYLE_SHEET)
