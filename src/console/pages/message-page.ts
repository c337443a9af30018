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
  link && markup`<p class="onward"><a class="button" href="${link.href}">${link.text}</a></p>`
}
</div>
${requestId === undefined ? undefined : markup`<footer><p class="small soft">For your administrator: request <code>${requestId}</code></p></footer>`}`,
  })
}

const ALERT = markup`class="card problem" role="alert"`
