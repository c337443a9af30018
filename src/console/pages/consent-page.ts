import { clientBadges, clientWarning, redirectWords } from './client-identity.ts'
import { hiddenFields } from './hidden-fields.ts'
import { layout } from './layout.ts'
import { type Markup, markup } from './markup.ts'
import type { ConsentPage, PageAbility, PageTool } from './page-data.ts'
import { TIER_WORDS } from './tier-words.ts'

/**
 * Draws the page that asks a person whether a client may connect. What Enter presses in a field is the first button of
 * a form, so that is the one that denies.
 */
export function consentPage(page: ConsentPage): string {
  const { product, client, form, problem, server } = page
  return layout({
    product,
    title: problem === undefined ? `Allow ${client.name}?` : `Problem: not yet decided about ${client.name}`,
    content: markup`<div class="card">
<h1>Allow <bdi>${client.name}</bdi> to use <bdi>${server.title}</bdi> in your name?</h1>
${clientBadges(client)}
${clientWarning(client, page.redirect)}
${problem && markup`<p class="note wrong" role="alert" id="problem">${problem.text}</p>`}
${facts(page)}
<form method="post" action="${form.action}">
${hiddenFields(form)}${scopeField(page)}
${abilities(page)}
<div class="answer">
<button type="submit" name="decision" value="deny">Deny</button>
<button class="main" type="submit" name="decision" value="approve">Allow</button>
</div>
<p class="small soft ending">If you allow it, you can end the connection at any time at <a href="../connections" target="_blank" rel="noopener">your connected apps</a>.</p>
</form>
</div>`,
  })
}

function facts({ person, redirect, server, form }: ConsentPage): Markup {
  return markup`<dl class="facts">
<dt>Signed in as</dt>
<dd><strong><bdi>${person.display}</bdi></strong>${
    person.organization === undefined ? undefined : markup`, <bdi>${person.organization}</bdi>`
  }
<form method="post" action="${form.action}">${hiddenFields(form)}<button class="plain" type="submit" name="decision" value="switch">Use another account</button></form></dd>
<dt>Server</dt>
<dd><bdi>${server.title}</bdi> <code>${server.url}</code></dd>
<dt>Sends you to</dt>
<dd>${redirectWords(redirect)} <code>${redirect.uri}</code></dd>
</dl>`
}

function scopeField({ scopes, problem }: ConsentPage): Markup {
  return markup`<fieldset${problem && markup` aria-describedby="problem"`}>
<legend>What it may do</legend>
<p class="small soft">Untick what you don’t want to allow.</p>
<ul class="ticks">
${scopes.map(
  (
    { name, words, ticked },
    index,
  ) => markup`<li><label><input type="checkbox" name="scope.${index}" value="${name}"${ticked ? CHECKED : undefined}><span>${words} <code>${name}</code></span></label></li>
`,
)}</ul>
</fieldset>`
}

const CHECKED = markup` checked`

function abilities({ abilities: tiers, client }: ConsentPage): Markup | undefined {
  if (tiers.length === 0) return undefined
  const count = tiers.reduce((sum, tier) => sum + tier.count, 0)
  return markup`<section aria-labelledby="abilities">
<h2 id="abilities">What that means</h2>
<p class="small soft">With all of it, <bdi>${client.name}</bdi> can use ${tools(count)} without asking you here again.</p>
<ul class="abilities">
${tiers.map(ability)}</ul>
</section>`
}

function ability({ tier, count, tools: named, destructive, openWorld }: PageAbility): Markup {
  const rest = count - named.length
  return markup`<li class="${tier}"><h3>${TIER_WORDS[tier]}</h3>
<p class="small">${tools(count)}${destructive > 0 ? `, ${destructive} can overwrite or delete` : undefined}${
    openWorld > 0 ? `, ${openWorld} can reach other people or systems` : undefined
  }</p>
<p class="small soft">${named.map((tool, index) => markup`${index > 0 ? ', ' : undefined}${toolWords(tool)}`)}${
    rest > 0 ? ` and ${rest} more` : undefined
  }</p></li>
`
}

function toolWords({ title, destructive, openWorld }: PageTool): Markup {
  const marks = [destructive ? 'overwrites or deletes' : undefined, openWorld ? 'reaches others' : undefined]
  const said = marks.filter(mark => mark !== undefined).join(', ')
  return markup`<bdi>${title}</bdi>${said === '' ? undefined : markup` (${said})`}`
}

function tools(count: number): string {
  return count === 1 ? '1 tool' : `${count} tools`
}
