import { clientBadges } from './client-identity.ts'
import { hiddenFields } from './hidden-fields.ts'
import { layout } from './layout.ts'
import { Markup, markup } from './markup.ts'
import type { ConnectionsPage, PageConnection, PageScope, PageToken } from './page-data.ts'

/** Draws the list of a person's own connections and tokens. */
export function connectionsPage(page: ConnectionsPage): string {
  const { product, person, form, connections, tokens, done, problem } = page
  return layout({
    product,
    title: titleOf(page),
    isWide: true,
    content: markup`<div class="card">
<div class="top"><h1>Connected apps</h1>
<form method="post" action="${form.action}">${hiddenFields(form)}<button class="plain" type="submit" name="decision" value="sign-out">Sign out</button></form></div>
<p>${isEmpty(page) ? markup`No app can use ${product}` : markup`These apps can use ${product}`} in the name of <strong><bdi>${person.display}</bdi></strong>${
      person.organization === undefined ? undefined : markup`, <bdi>${person.organization}</bdi>`
    }.</p>
${done && markup`<p class="note good" role="status">${done}</p>`}
${problem && markup`<p class="note wrong" role="alert">${problem.text}</p>`}
${connections.length === 0 ? undefined : markup`<ul class="things">\n${connections.map(one => connection(one, page))}</ul>`}
</div>
${tokens.length === 0 ? undefined : tokenList(page)}
${page.remark && markup`<footer><p class="small soft">${page.remark}</p></footer>`}
${pages(page)}`,
  })
}

function titleOf({ done, problem }: ConnectionsPage): string {
  if (problem !== undefined) return 'Problem: nothing was changed'
  return done === undefined ? 'Connected apps' : `Done: ${done}`
}

/** A later page may be empty, too, where others were ended meanwhile. */
function isEmpty({ connections, moreConnections, first }: ConnectionsPage): boolean {
  return connections.length === 0 && moreConnections === undefined && first === undefined
}

function connection(
  { id, client, server, scopes, createdAt, usedAt }: PageConnection,
  { form }: ConnectionsPage,
): Markup {
  return markup`<li><div><h2><bdi>${client.name}</bdi></h2>
${clientBadges(client)}
${scopeList(scopes)}
<p class="small soft">${server.title} <code>${server.url}</code></p>
<p class="small soft">Connected ${day(createdAt)}, ${usedAt === undefined ? 'not used yet' : markup`last used ${day(usedAt)}`}</p></div>
<form method="post" action="${form.action}">${hiddenFields(form)}<button type="submit" name="revoke" value="${id}">Disconnect<span class="hidden"> ${client.name}</span></button></form></li>
`
}

function tokenList({ tokens, form }: ConnectionsPage): Markup {
  return markup`<section class="card" aria-labelledby="tokens"><h2 id="tokens">Your access tokens</h2>
<p class="small soft">Made for you to sign in without a browser.</p>
<ul class="things">
${tokens.map(token => tokenItem(token, form))}</ul></section>`
}

function tokenItem(
  { id, name, hint, scopes, createdAt, usedAt, expiresAt }: PageToken,
  form: ConnectionsPage['form'],
): Markup {
  return markup`<li><div><h3><bdi>${name}</bdi></h3>
<p><code>${hint}…</code></p>
${scopeList(scopes)}
<p class="small soft">Made ${day(createdAt)}, ${usedAt === undefined ? 'not used yet' : markup`last used ${day(usedAt)}`}, ${
    expiresAt === undefined ? 'without an end' : markup`ends ${day(expiresAt)}`
  }</p></div>
<form method="post" action="${form.action}">${hiddenFields(form)}<button type="submit" name="revoke" value="${id}">Revoke<span class="hidden"> the token ${name}</span></button></form></li>
`
}

function scopeList(scopes: readonly PageScope[]): Markup {
  return markup`<ul class="may">${scopes.map(({ words, name }) => markup`<li>${words} <code>${name}</code></li>`)}</ul>`
}

function pages({ moreConnections, moreTokens, first }: ConnectionsPage): Markup | undefined {
  const links = [
    first && markup`<a href="${first}">From the first</a>`,
    moreConnections && markup`<a href="${moreConnections}">More apps</a>`,
    moreTokens && markup`<a href="${moreTokens}">More access tokens</a>`,
  ].filter(link => link instanceof Markup)
  return links.length === 0 ? undefined : markup`<nav aria-label="Pages">${links}</nav>`
}

/** A day as everybody writes it, of UTC as no one has said where they are. */
function day(at: number): Markup {
  const date = new Date(at)
  return markup`<time datetime="${date.toISOString()}">${DAY.format(date)}</time>`
}

const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' })
