/** What a caller sees is exactly what a caller may call, and a refusal is said, explained and audited. */
import t from 'tap'
import { build, modernRpc, rpc, toolNames } from './build.ts'

t.test('a read:invoices token sees the read tools of invoices and nothing else', async t => {
  const { url, mint } = await build(t)
  const { token } = await mint(['read:invoices'])
  const names = toolNames(await rpc(url, token, 'tools/list')).sort()
  t.same(names, ['tally_get_invoice', 'tally_get_invoice_pdf', 'tally_list_invoices'])
  t.same(toolNames(await modernRpc(url, token, 'tools/list')).sort(), names, 'the same in both eras')
})

t.test('tiers include one another: manage sees write and read, on its resource only', async t => {
  const { url, mint } = await build(t)
  const { token } = await mint(['manage:invoices'])
  const names = toolNames(await rpc(url, token, 'tools/list'))
  t.ok(names.includes('tally_delete_invoice') && names.includes('tally_create_invoice'))
  t.notOk(names.some(name => name.includes('contact')))
})

t.test('hints are honest: delete is destructive, send reaches the world', async t => {
  const { url, mint } = await build(t)
  const { token } = await mint(['*'])
  const { body } = await rpc(url, token, 'tools/list')
  const annotations = Object.fromEntries(
    body.result.tools.map((tool: { name: string; annotations: object }) => [tool.name, tool.annotations]),
  )
  t.match(annotations.tally_delete_invoice, { destructiveHint: true, readOnlyHint: false })
  t.match(annotations.tally_send_invoice, {
    openWorldHint: true,
    readOnlyHint: false,
    destructiveHint: false,
  })
  t.match(annotations.tally_list_invoices, {
    readOnlyHint: true,
    destructiveHint: false,
    openWorldHint: false,
  })
  for (const hints of Object.values(annotations)) t.equal(Object.keys(hints as object).length >= 4, true)
})

for (const [era, call] of [
  ['2025', rpc],
  ['2026', modernRpc],
] as const) {
  t.test(
    `N15: calling a hidden tool is 403 insufficient_scope that names the scope, and is audited (${era})`,
    async t => {
      const { url, mint, audit } = await build(t)
      const { token, id } = await mint(['read:invoices'])
      const answer = await call(url, token, 'tools/call', {
        name: 'tally_delete_invoice',
        arguments: { id: 'inv_x' },
      })
      t.equal(answer.status, 403)
      t.match(answer.body.error, {
        code: 403,
        data: { code: 'insufficient_scope', scopes: ['manage:invoices'] },
      })
      t.equal(answer.body.id, 1)
      const challenge = answer.headers.get('www-authenticate') ?? ''
      t.match(challenge, /^Bearer .*error="insufficient_scope".*scope="manage:invoices"/)
      const denial = audit().find(record => record.outcome === 'denied')
      t.match(denial, {
        event: 'tool_call',
        code: 'insufficient_scope',
        tool: 'tally_delete_invoice',
        missingScopes: ['manage:invoices'],
        subject: 'tester',
        credential: id,
        scheme: 'token',
      })
      t.notMatch(JSON.stringify(audit()), token, 'the audit never holds the token')
    },
  )
}

t.test('a role gate comes after the scope: the scope is there, the role is not', async t => {
  const { url, mint } = await build(t)
  const without = await mint(['*'])
  const names = toolNames(await rpc(url, without.token, 'tools/list'))
  t.notOk(names.includes('tally_export_invoices'))
  const refused = await rpc(url, without.token, 'tools/call', { name: 'tally_export_invoices' })
  t.equal(refused.status, 403)
  t.equal(refused.body.error.data.code, 'access_denied')
  const accountant = await mint(['*'], { roles: ['accountant'] })
  t.ok(toolNames(await rpc(url, accountant.token, 'tools/list')).includes('tally_export_invoices'))
  const allowed = await rpc(url, accountant.token, 'tools/call', { name: 'tally_export_invoices' })
  t.equal(allowed.status, 200)
  t.match(allowed.body.result.content[0].text, /,/, 'a CSV comes as text')
})

t.test('the list is the gate: every listed tool may be called, every other tool is refused', async t => {
  const { app, url, mint } = await build(t)
  for (const scopes of [['read:*'], ['write:contacts'], ['tally_send_invoice'], ['nonsense'], ['*']]) {
    const { token } = await mint(scopes)
    const visible = new Set(toolNames(await rpc(url, token, 'tools/list')))
    for (const tool of app.catalogue.tools) {
      // Arguments that no tool takes: an allowed call ends at the arguments, so nothing is changed.
      const { status, body } = await rpc(url, token, 'tools/call', {
        name: tool.name,
        arguments: { nope: 1 },
      })
      if (visible.has(tool.name)) t.match(body.result, { isError: true }, `${scopes} may call ${tool.name}`)
      else t.equal(status, 403, `${scopes} may not call ${tool.name}`)
    }
  }
})

t.test('a tool that does not exist is told from one that is hidden', async t => {
  const { url, mint } = await build(t)
  const { token } = await mint(['read:*'])
  const answer = await rpc(url, token, 'tools/call', { name: 'tally_no_such_tool' })
  t.match(answer.body.error, { code: -32602, data: { code: 'unknown_tool' } })
})
