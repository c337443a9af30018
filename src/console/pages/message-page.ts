import { layout } from './layout.ts'
import { markup } from './markup.ts'
import type { MessagePage } from './page-data.ts'

/** Draws the page that says that something happened. */
export function messagePage({ product, kind, heading, paragraphs, requestId, link }: MessagePage): string {
  const isError = kind === 'error'
  return layout({
    product,
    title: isError ? `Problem: ${heading}` : heading,
    content: markup`<div ${isError ? ALERT : markup`class="card"`}>
<h1>${heading}</h1>
${paragraphs.map(text => markup`<p>${text}</p>\n`)}${
  link && !RUNS.test(link.href)
    ? markup`<p class="onward"><a class="button" href="${link.href}">${link.text}</a></p>`
    : undefined
}
</div>
${requestId === undefined ? undefined : markup`<footer><p class="small soft">For your administrator: request <code>${requestId}</code></p></footer>`}`,
  })
}

const ALERT = markup`class="card problem" role="alert"`

/** Schemes of addresses that browsers run or draw in our name. Never linked to, whoever has checked the address. */
const RUNS = /^\s*(?:javascript|data|vbscript|blob|filesystem|file):/i
