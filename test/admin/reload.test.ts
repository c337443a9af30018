/** What of the administration a reload changes at once, and what needs a restart. */
import t from 'tap'
import { ADMIN, adminGateway, OLDER_SECRET, SECRET, signed } from './gateway.ts'

t.test('role, schemes and secrets change with a reload; the address needs a restart', async t => {
  const { ask, app, config, mint } = await adminGateway(t)
  const body = JSON.stringify({ kind: 'subject', value: 'ada' })
  const webhook = (secret: string, id: string) =>
    ask('POST', '/revocations', { body, headers: signed(body, { secret, id }), token: null })
  const { token: chief } = await mint(['read:*'], { roles: ['chief'] })
  t.strictSame([(await ask('GET', '/tokens')).status, (await webhook(OLDER_SECRET, 'a')).status], [200, 201])
  await app.reload({ ...config, admin: { ...ADMIN, role: 'chief', webhook: { secrets: [SECRET] } } })
  t.equal((await ask('GET', '/tokens')).status, 403)
  t.equal((await ask('GET', '/tokens', { token: chief })).status, 200)
  t.strictSame([(await webhook(OLDER_SECRET, 'b')).status, (await webhook(SECRET, 'c')).status], [401, 201])
  for (const admin of [undefined, { ...ADMIN, path: '/elsewhere' }]) {
    await t.rejects(app.reload({ ...config, admin }), {
      code: 'configuration_invalid',
      message: /admin\.path/,
    })
  }
  t.equal((await ask('GET', '/tokens', { token: chief })).status, 200)
})
