import { type Markup, markup } from './markup.ts'

/**
 * A text to be copied, in its lines. A click selects all of it; the script of the page adds a button.
 *
 * @param where - where it is pasted, or what it is
 * @param what - completes “Copy” for those who don’t see what stands beside it
 */
export function codeBlock(text: string, where: string | Markup, what: string): Markup {
  const lines = text.trimEnd().split('\n')
  return markup`<figure class="block" data-what="${what}"><figcaption>${where}</figcaption>
<pre><code>${lines.map((line, index) => markup`${index > 0 ? BREAK : undefined}${line}`)}</code></pre></figure>`
}

const BREAK = markup`
`
