import { LINK_SCHEMES } from '../guides/deep-links.ts'
import type { WrittenLink } from '../guides/guide.ts'
import { codeBlock } from './code-block.ts'
import type { ConnectClient, ConnectServer, ConnectSnippet } from './connect-page-data.ts'
import { inlineCode } from './inline-code.ts'
import { type Markup, markup } from './markup.ts'

/** The clients of one server: what adds it with one click, then each with its steps, folded. */
export function connectClients({ clients, leftOut }: ConnectServer, index: number): Markup {
  return markup`<section>
<h3>Choose your client</h3>
${quick(clients)}
<div class="folds">
${clients.map(client => fold(client, `clients-of-${index}`))}</div>
${leftOut.length === 0 ? undefined : markup`<ul class="remarks small soft">${leftOut.map(({ title, why }) => markup`<li>${title} can’t be connected: ${inlineCode(why)}.</li>\n`)}</ul>`}</section>`
}

/** Of each client the first by its easiest way in; several clients may have the same. */
function quick(clients: readonly ConnectClient[]): Markup | undefined {
  const links = new Map<string, WrittenLink>()
  for (const { snippets } of clients)
    for (const link of linksOf(snippets[0]).slice(0, 1)) if (!links.has(link.text)) links.set(link.text, link)
  // Where the browser signs in, a connector is the easier way.
  const bundle = clients.find(({ how, bundle: own }) => how !== 'browser' && own !== undefined)?.bundle
  if (links.size === 0 && bundle === undefined) return undefined
  return markup`<p class="quick">${bundle && markup`<a class="button" href="${bundle}" download>Claude Desktop bundle</a>\n`}${[...links.values()].map(({ text, href }) => markup`<a class="button" href="${href}" rel="noopener noreferrer">${text}</a>\n`)}</p>`
}

function linksOf(snippet: ConnectSnippet | undefined): readonly WrittenLink[] {
  return (snippet?.links ?? []).filter(({ href }) => LINK_SCHEMES.includes(schemeOf(href)))
}

function schemeOf(href: string): string {
  return URL.canParse(href) ? new URL(href).protocol : ''
}

const HOW = {
  browser: 'browser sign-in',
  token: 'token',
  open: 'no sign-in',
} as const

function fold({ title, how, bundle, snippets, notes }: ConnectClient, group: string): Markup {
  // The easier way first.
  const double = bundle && download(bundle)
  return markup`<details name="${group}"><summary><h4>${title}</h4><span class="how">${HOW[how]}</span></summary>
<div>${how === 'browser' ? undefined : double}${snippets.map(snippet => way(snippet, snippets.length > 1))}${how === 'browser' ? double : undefined}
${notes.length === 0 ? undefined : markup`<ul class="remarks small soft">${notes.map(note => markup`<li>${inlineCode(note)}</li>\n`)}</ul>`}</div></details>
`
}

function download(bundle: string): Markup {
  return markup`<div class="way"><h5>With a double click</h5>
<p class="quick"><a class="button" href="${bundle}" download>Download the bundle</a></p>
<p class="small soft">Open the file: Claude Desktop installs the server, and asks for your token in a field that keeps it secret. There is no token in the file.</p></div>`
}

function way(snippet: ConnectSnippet, isOneOfSeveral: boolean): Markup {
  const { title, heading, where, text, steps = [], note } = snippet
  const links = linksOf(snippet)
  return markup`<div class="way">${isOneOfSeveral ? markup`<h5>${inlineCode(heading)}</h5>` : undefined}
${links.length === 0 ? undefined : markup`<p class="quick">${links.map(({ text, href }) => markup`<a class="button" href="${href}" rel="noopener noreferrer">${text}</a>\n`)}</p>`}
${codeBlock(text, inlineCode(where), `what is pasted for ${title}`)}
${steps.length === 0 ? undefined : markup`<ol>${steps.map(step => markup`<li>${inlineCode(step)}</li>\n`)}</ol>`}
${note === undefined ? undefined : markup`<p class="small soft">${inlineCode(note)}</p>`}</div>`
}
