import { clientBadges, clientWarning, redirectWords } from './client-identity.ts'
import { hiddenFields } from './hidden-fields.ts'
import { layout } from './layout.ts'
import { type Markup, markup } from './markup.ts'
import type { PageField, PageProblem, PageWay, SignInPage } from './page-data.ts'

/** Draws the page that asks somebody to sign in. Says first for which client: nothing goes to an identity provider before. */
export function signInPage(page: SignInPage): string {
  const { product, client, problem, ways } = page
  const isGeneral = problem !== undefined && !ways.some(({ name }) => name === problem.way)
  return layout({
    product,
    title: problem === undefined ? 'Sign in' : 'Problem: you are not signed in',
    content: markup`<div class="card">
<h1>${client === undefined ? 'Sign in' : markup`Sign in to connect <bdi>${client.name}</bdi>`}</h1>
${aboutClient(page)}${isGeneral ? problemNote(problem) : undefined}
<div class="ways">
${ways.map((way, index) => markup`${index > 0 ? OR : undefined}${wayForm(way, index, page)}`)}
</div>
${page.canDeny ? denyForm(page) : undefined}
</div>`,
  })
}

const OR = markup`<p class="or">or</p>
`

function aboutClient({ client, redirect, server, product }: SignInPage): Markup {
  if (client === undefined) return markup`<p>To see which apps are connected to ${product} in your name.</p>`
  return markup`${clientBadges(client)}
<p>It asks to use ${server === undefined ? product : markup`<bdi>${server.title}</bdi>`} in your name. You decide about that after you have signed in.</p>
${redirect && markup`<p class="small soft">In the end, your browser goes back to ${redirectWords(redirect)}.</p>`}
${clientWarning(client, undefined)}`
}

function wayForm(way: PageWay, index: number, { form, problem }: SignInPage): Markup {
  const own = problem?.way === way.name ? problem : undefined
  const problemId = own && `problem${index}`
  return markup`<form method="post" action="${form.action}" autocomplete="off" aria-label="Sign in with ${way.title}">
${hiddenFields(form)}<input type="hidden" name="way" value="${way.name}">
${own && problemNote(own, problemId)}${way.fields.map((field, at) => labelledField(field, `way${index}field${at}`, at, problemId))}
<button class="main full" type="submit">Sign in with ${way.title}</button>
${way.help === undefined || !/^https?:\/\//i.test(way.help) ? undefined : markup`<p class="small ending"><a href="${way.help}" target="_blank" rel="noopener noreferrer">Where do I find this? <span class="soft">(opens a new tab)</span></a></p>`}
</form>
`
}

function labelledField(
  { label, secret, value, autocomplete }: PageField,
  id: string,
  index: number,
  problemId: string | undefined,
): Markup {
  const invalid = problemId && markup` aria-invalid="true" aria-describedby="${problemId}"`
  return markup`<div class="field"><label for="${id}">${label}</label>
<input id="${id}" name="field${index}" type="${secret ? 'password' : 'text'}" value="${secret ? undefined : value}" autocomplete="${secret ? 'off' : (autocomplete ?? 'off')}" autocapitalize="none" spellcheck="false" maxlength="4096" required${invalid}></div>
`
}

function problemNote({ text }: PageProblem, id?: string): Markup {
  return markup`<p class="note wrong" role="alert"${id && markup` id="${id}"`}>${text}</p>
`
}

function denyForm({ form, client }: SignInPage): Markup {
  return markup`<form method="post" action="${form.action}" class="apart">
${hiddenFields(form)}<button class="full" type="submit" name="decision" value="deny">Don’t connect${client && markup` <bdi>${client.name}</bdi>`}</button>
</form>`
}
