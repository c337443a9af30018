/** What can be done about revocations over HTTP, and that it holds at the next request. */
import t from 'tap'
import { rpc } from '../build.ts'
import { adminGateway } from './gateway.ts'

t.test('a subject, an organisation, a token: refused at the next request, listed, lifted', async t => {
  const { ask, mint, url, audit } = await adminGateway(t)
  const status = async (token: string) => (await rpc(url, token, 'tools/list')).status
  for (const [kind, value] of [
    ['subject', 'ada/../%2e ☃'],
    ['organization', 'org 7'],
  ] as const) {
    const { token } = await mint(
      ['read:*'],
      kind === 'subject' ? { subject: value } : { organization: value },
    )
    t.equal(await status(token), 200)
    const revoked = await ask('POST', '/revocations', { body: { kind, value, reason: 'left' } })
    t.equal(revoked.status, 201)
    t.match(revoked.body, { kind, value, recheck: false, reason: 'left', liftable: true, at: /Z$/ })
    t.notOk('until' in revoked.body)
    t.equal(await status(token), 401)
    t.equal(await status((await mint(['read:*'], { subject: 'other' })).token), 200)
    const listed = await ask('GET', `/revocations?kind=${kind}`)
    t.strictSame(listed.body, { revocations: [revoked.body] })
    const lifted = await ask('DELETE', `/revocations/${kind}/${encodeURIComponent(value)}`)
    t.strictSame([lifted.status, lifted.body], [204, undefined])
    t.equal(await status(token), 200)
    t.equal((await ask('DELETE', `/revocations/${kind}/${encodeURIComponent(value)}`)).status, 404)
  }
  const { token, id } = await mint(['read:*'])
  for (const body of [{ kind: 'credential', value: id }, { token: id }]) {
    t.equal(await status(token), body.token === undefined ? 200 : 401)
    t.match((await ask('POST', '/revocations', { body })).body, { value: id, liftable: false })
    t.equal(await status(token), 401)
  }
  t.match(await ask('DELETE', `/revocations/credential/${id}`), {
    status: 409,
    body: { error: { code: 'conflict' } },
  })
  t.equal(await status(token), 401)
  t.equal((await ask('POST', '/revocations', { body: { token: 'tok_none' } })).status, 404)
  t.match(
    audit().find(({ operation }) => operation === 'createRevocation'),
    {
      event: 'admin',
      outcome: 'ok',
      subject: 'root',
      arguments: { kind: 'subject', value: 'ada/../%2e ☃', reason: 'left' },
    },
  )
})
