/** The Inspector's command line at a whole gateway, in each era that it offers. */
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { build } from '../build.ts'
import { type Ended, runChild, seclude } from './run-child.ts'

const INSPECTOR = fileURLToPath(
  new URL(
    '../../node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js',
    import.meta.url,
  ),
)

/** `legacy` is what it speaks unless told otherwise. */
const ERAS = [
  { era: 'legacy', isModern: false },
  { era: 'auto', isModern: true },
  { era: 'modern', isModern: true },
]

interface Inspector {
  /** Runs one method; `result` is what it printed, if anything. */
  readonly run: (...args: string[]) => Promise<Ended & { result: Record<string, unknown> | undefined }>
}

function inspector(t: Test, url: string, headers: readonly string[]): Inspector {
  const { env, hasOpenedBrowser } = seclude(t)
  // Never asks a person: with stored credentials only, a 401 is an error.
  const common = [INSPECTOR, '--cli', url, '--transport', 'http', '--format', 'json', '--stored-auth-only']
  return {
    async run(...args) {
      const given = headers.flatMap(header => ['--header', header])
      const ended = await runChild([...common, ...given, '--connect-timeout', '60000', ...args], env)
      t.notOk(hasOpenedBrowser(), 'no browser')
      const text = ended.stdout.trim()
      return { ...ended, result: text === '' ? undefined : JSON.parse(text).result }
    },
  }
}

const bearer = (token: string) => [`Authorization: Bearer ${token}`]

for (const { era, isModern } of ERAS) {
  t.test(`${era}: lists and calls`, async t => {
    const { url, mint, audit } = await build(t)
    const { run } = inspector(t, url, bearer((await mint(['read:invoices'])).token))

    const list = await run('--method', 'tools/list', '--protocol-era', era)
    t.equal(list.code, 0, list.stderr)
    const tools = list.result?.tools as { name: string }[]
    t.same(tools.map(tool => tool.name).sort(), [
      'tally_get_invoice',
      'tally_get_invoice_pdf',
      'tally_list_invoices',
    ])

    const call = ['--method', 'tools/call', '--tool-name', 'tally_list_invoices', '--protocol-era', era]
    const good = await run(...call, '--tool-arg', 'limit=2')
    t.equal(good.code, 0, good.stderr)
    t.match(good.result, { isError: false, structuredContent: { data: [{ id: /^inv_/ }, { id: /^inv_/ }] } })
    const meta = (good.result?._meta ?? {}) as Record<string, unknown>
    const who = 'io.modelcontextprotocol/serverInfo' in meta
    t.equal(who, isModern, 'only 2026-07-28 says in each result who answers')
    t.match(meta['postern/next'], { arguments: { limit: 2 } }, 'both say how to go on')
    t.match(audit(), [
      { event: 'tool_call', outcome: 'ok', tool: 'tally_list_invoices', upstreamStatus: 200 },
    ])

    const bad = await run(...call, '--tool-args-json', '{"limit":100000}')
    t.equal(bad.code, 5, 'its status for isError')
    t.match(bad.result, { isError: true, content: [{ text: /\/limit: expected a number <= 100/ }] })
  })
}

t.test('finds no fault with any tool’s schema', async t => {
  const { url, mint } = await build(t)
  const { token } = await mint(['*'], { roles: ['accountant'] })
  const strict = await inspector(t, url, bearer(token)).run('--method', 'tools/list', '--strict')
  t.equal(strict.code, 0, strict.stderr)
  t.match(strict.result?.tools, { length: 17 }, 'every tool was looked at')
  // Warnings are about `type: [string, null]`, which the document asks for.
  if (strict.stderr !== '') t.match(strict.stderr, /\b0 errors\b/)
})

t.test('a tool that the token does not allow is not there', async t => {
  const { url, mint } = await build(t)
  const { run } = inspector(t, url, bearer((await mint(['read:invoices'])).token))
  const denied = await run(
    ...['--method', 'tools/call', '--tool-name', 'tally_delete_invoice'],
    ...['--tool-arg', 'id=inv_0000000000000000'],
  )
  t.equal(denied.code, 5)
  t.match(JSON.parse(denied.stderr), { error: { code: 'tool_not_found' } })
})

t.test('signs in with the product’s header pair', async t => {
  const { url, product } = await build(t)
  const { email, token } = product.credentials.pair('viewer')
  const call = await inspector(t, url, [`Email: ${email}`, `Token: ${token}`]).run(
    ...['--method', 'tools/call', '--tool-name', 'tally_list_workspaces'],
  )
  t.equal(call.code, 0, call.stderr)
  t.match(call.result, { isError: false, structuredContent: { data: [{ id: /^ws_/ }] } })
})

t.test('without a credential, and with a wrong one, it says what is missing', async t => {
  const { url } = await build(t)
  for (const [headers, code] of [
    [[], 'missing_token'],
    [bearer('postern_pat_wrong'), 'invalid_token'],
  ] as const) {
    for (const { era } of ERAS) {
      const refused = await inspector(t, url, headers).run('--method', 'tools/list', '--protocol-era', era)
      t.equal(refused.code, 3, 'its status for a missing sign-in')
      t.equal(refused.result, undefined)
      const { error } = JSON.parse(refused.stderr)
      t.equal(error.code, 'auth_required')
      if (era === 'legacy') t.match(error.message, new RegExp(`"code":"${code}"`))
    }
  }
})
