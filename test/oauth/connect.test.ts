/** The whole way on a real gateway: register, sign in, approve, redeem, call, refresh, revoke. */
import t from 'tap'
import { connect, listTools, postForm, RESOURCE, STORES, startGateway, withoutStore } from './gateway.ts'

for (const store of STORES) {
  t.test(
    `a client is connected, refreshes, and is cut off (${store})`,
    { skip: withoutStore(store) },
    async t => {
      const gateway = await startGateway(t, { store })
      const { node } = gateway
      const connected = await connect(gateway)
      t.match(connected.accessToken, /^acme_oat_[\w-]{32}$/)
      t.match(connected.refreshToken, /^acme_ort_[\w-]{32}$/)
      t.match(connected.code, /^acme_oac_[\w-]{32}$/)
      t.equal((await listTools(node, connected.accessToken)).status, 200)

      const refreshed = await postForm(node, '/oauth/token', {
        grant_type: 'refresh_token',
        refresh_token: connected.refreshToken,
        client_id: connected.clientId,
        resource: RESOURCE,
      })
      t.equal(refreshed.status, 200, JSON.stringify(refreshed.body))
      const token = String(refreshed.body.access_token)
      t.equal((await listTools(node, token)).status, 200)

      const revoked = await postForm(node, '/oauth/revoke', {
        token: String(refreshed.body.refresh_token),
        client_id: connected.clientId,
      })
      t.equal(revoked.status, 200)
      for (const ended of [token, connected.accessToken]) {
        const answer = await listTools(node, ended)
        t.equal(answer.status, 401)
        t.match(
          answer.headers.get('www-authenticate'),
          /resource_metadata="https:\/\/mcp\.acme\.example\/\.well-known/,
        )
      }
    },
  )
}
