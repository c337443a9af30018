import { codeBlock } from './code-block.ts'
import { connectClients } from './connect-clients.ts'
import type { ConnectPage, ConnectServer, ConnectWay } from './connect-page-data.ts'
import { connectScopes } from './connect-scopes.ts'
import { CONNECT_STYLE } from './connect-style.ts'
import { COPY_SCRIPT } from './copy-script.ts'
import { inlineCode } from './inline-code.ts'
import { layout } from './layout.ts'
import { Markup, markup } from './markup.ts'

/** Draws the page that shows how clients are connected: for everybody, and without any script, but for copying. */
export function connectPage(page: ConnectPage): string {
  const { product, servers, failures, connections } = page
  return layout({
    product,
    title: 'Connect your AI client',
    isWide: true,
    head: HEAD,
    content: markup`<div class="hero">
<h1>Connect your AI client to <bdi>${product}</bdi></h1>
<p>Claude, Cursor, ChatGPT and every other client that speaks MCP can use <bdi>${product}</bdi> in your name, within what you allow.</p>
${servers.length > 1 ? directory(servers) : undefined}</div>
${servers.map((server, index) => serverCard(server, index, servers.length > 1))}
${failures.length === 0 ? undefined : troubles(failures)}
${connections && markup`<footer><p class="small soft">Connected already? See and end what you allowed at <a href="${connections}">your connected apps</a>.</p></footer>`}`,
  })
}

const HEAD = markup`<style>${new Markup(CONNECT_STYLE)}</style>
<script>${new Markup(COPY_SCRIPT)}</script>`

function directory(servers: readonly ConnectServer[]): Markup {
  return markup`<nav aria-label="Servers">${servers.map(({ title, url }, index) => markup`<a href="#server-${index}"><bdi>${title}</bdi> <span class="soft">${new URL(url).pathname}</span></a>`)}</nav>
`
}

function serverCard(server: ConnectServer, index: number, isOneOfSeveral: boolean): Markup {
  const { title, url, ways } = server
  return markup`<section class="card server" id="server-${index}" aria-labelledby="title-${index}">
<h2 id="title-${index}">${isOneOfSeveral ? markup`<bdi>${title}</bdi>` : 'The server'}</h2>
${codeBlock(url, 'URL of the MCP server (Streamable HTTP)', `the URL of ${title}`)}
${ways.length === 0 ? MACHINES : signIn(ways)}
${connectClients(server, index)}
${connectScopes(server.scopes)}
</section>
`
}

const MACHINES = markup`<p class="note">Only machines sign in here, with client credentials that an administrator gives them.</p>`

function signIn(ways: readonly ConnectWay[]): Markup {
  return markup`<section>
<h3>How you sign in</h3>
<ul class="signin">
${ways.map(
  ({ title, source, help }) => markup`<li><strong>${inlineCode(title)}</strong>
<p class="small soft">${inlineCode(source)}${help !== undefined && isWebAddress(help) ? markup` <a href="${help}" rel="noopener noreferrer">Where to find what you sign in with</a>` : undefined}</p></li>
`,
)}</ul></section>`
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text)
}

function troubles(failures: ConnectPage['failures']): Markup {
  return markup`<section class="card" aria-labelledby="troubles"><h2 id="troubles">When it doesn’t work</h2>
<div class="folds">
${failures.map(
  ({ seen, mend }) => markup`<details><summary><span class="words">${inlineCode(seen)}</span></summary>
<div><p>${inlineCode(mend)}</p></div></details>
`,
)}</div></section>`
}
