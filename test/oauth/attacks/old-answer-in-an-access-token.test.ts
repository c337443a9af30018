/**
 * The product says that somebody has lost a role, and that earlier answers about them no longer count (`recheck`). An
 * access token was made of such an answer, and would go on with the old rights for an hour; whoever asks with it is to
 * get another one, for which the product is asked. A connection is not ended by that.
 */
import t from 'tap'
import { hashToken } from '../../../src/auth/hash-token.ts'
import { connect, listTools, postForm, STORES, startGateway, withoutStore } from '../gateway.ts'

for (const store of STORES) {
  t.test(
    `an access token is no longer good once it is to be asked anew (${store})`,
    {
      skip: withoutStore(store),
    },
    async t => {
      const gateway = await startGateway(t, { store, nodes: 2 })
      const [node, other] = gateway.nodes
      if (node === undefined || other === undefined) throw new Error('two nodes')
      let { accessToken, refreshToken, clientId } = await connect(gateway)
      const { subject, oauth } = (await node.app.store.findToken(hashToken(accessToken))) ?? {}
      for (const [kind, value] of [
        ['subject', subject],
        ['credential', oauth?.credential],
        ['credential', oauth?.grant],
        ['client', clientId],
      ] as const) {
        t.equal((await listTools(other, accessToken)).status, 200)
        await node.app.store.revoke({
          ...{ kind, value: value ?? '', recheck: true, at: gateway.clock.now() },
          ...{ until: gateway.clock.now() + 86_400_000, reason: undefined },
        })
        for (const at of [node, other]) {
          const answer = await listTools(at, accessToken)
          t.equal(answer.status, 401, `${kind} ${value}`)
          t.match(answer.headers.get('www-authenticate'), 'invalid_token')
        }
        const refreshed = await postForm(other, '/oauth/token', {
          grant_type: 'refresh_token',
          refresh_token: refreshToken,
          client_id: clientId,
        })
        t.equal(refreshed.status, 200, 'the connection goes on')
        accessToken = String(refreshed.body.access_token)
        refreshToken = String(refreshed.body.refresh_token)
      }
      t.equal((await listTools(node, accessToken)).status, 200)
      await node.app.store.revoke({
        ...{ kind: 'subject', value: 'somebody-else', recheck: true, at: gateway.clock.now() },
        ...{ until: gateway.clock.now() + 86_400_000, reason: undefined },
      })
      t.equal((await listTools(node, accessToken)).status, 200, 'of nobody else')
    },
  )
}
