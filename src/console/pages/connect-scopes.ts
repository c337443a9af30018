import type { ConnectScope } from './connect-page-data.ts'
import { type Markup, markup } from './markup.ts'
import type { PageAbility, PageTool } from './page-data.ts'
import { TIER_WORDS } from './tier-words.ts'

/** What can be allowed, scope by scope; undefined where there are none. */
export function connectScopes(scopes: readonly ConnectScope[]): Markup | undefined {
  if (scopes.length === 0) return undefined
  return markup`<section>
<h3>What you can allow</h3>
<ul class="scopes">
${scopes.map(scope)}</ul></section>`
}

function scope({ name, words, count, conditional, abilities }: ConnectScope): Markup {
  return markup`<li><p>${words} <code>${name}</code></p>
${
  count === 0
    ? markup`<p class="small soft">It opens something only together with other scopes.</p>`
    : markup`<ul class="tiers small soft">${abilities.map(tier)}</ul>`
}
${conditional === 0 ? undefined : markup`<p class="small soft">${conditional} of them only for people with a certain role or plan.</p>`}
${names(abilities)}</li>
`
}

function tier({ tier: of, count, destructive, openWorld }: PageAbility): Markup {
  const marks = [
    destructive > 0 ? `${destructive} can overwrite or delete` : undefined,
    openWorld > 0 ? `${openWorld} can reach other people or systems` : undefined,
  ].filter(mark => mark !== undefined)
  return markup`<li>${[`${TIER_WORDS[of]}: ${count === 1 ? '1 tool' : `${count} tools`}`, ...marks].join(', ')}</li>
`
}

function names(abilities: readonly PageAbility[]): Markup | undefined {
  const named = abilities.filter(({ tools }) => tools.length > 0)
  if (named.length === 0) return undefined
  return markup`<details class="names"><summary>The tools</summary>
${named.map(({ tier: of, tools }) => markup`<h4>${TIER_WORDS[of]}</h4><ul>${tools.map(tool)}</ul>\n`)}</details>`
}

function tool({ name, title, destructive, openWorld }: PageTool): Markup {
  const marks = [destructive ? 'overwrites or deletes' : undefined, openWorld ? 'reaches others' : undefined]
  const said = marks.filter(mark => mark !== undefined).join(', ')
  return markup`<li><bdi>${title}</bdi>${title === name ? undefined : markup` <code>${name}</code>`}${said === '' ? undefined : ` (${said})`}</li>
`
}
