/**
 * What each client sends when it is connected completes, from its first probe to its second token: with a registration,
 * and with the document that it publishes, which a server of the test answers in its maker’s name.
 */
import t from 'tap'
import { json, startDocumentServer } from '../oauth/clients/fixtures.ts'
import { PUBLIC_URL, STORES, startGateway, withoutStore } from '../oauth/gateway.ts'
import { replayShape } from './replay-shape.ts'
import { SHAPES } from './shapes/all-shapes.ts'

for (const store of STORES) {
  t.test(`by registration, over ${store}`, { skip: withoutStore(store) }, async t => {
    const gateway = await startGateway(t, { store })
    for (const shape of SHAPES.filter(({ registration }) => registration !== undefined)) {
      const { redirect, tokens, listed, registered } = await replayShape(gateway, shape, 'registration')
      t.same(listed, [200, 200], shape.client)
      t.equal(redirect.href.split('?')[0], shape.redirectUri.replace('{port}', '49152'), shape.client)
      t.equal(redirect.searchParams.get('iss'), PUBLIC_URL)
      t.match(redirect.searchParams.get('state'), /\?x=1&y=%20$/, 'as it came')
      t.match(tokens[0], { token_type: 'Bearer', expires_in: 3_600, scope: 'read:* write:* manage:*' })
      t.match(registered, { redirect_uris: Array, token_endpoint_auth_method: String })
    }
  })

  t.test(`by metadata document, over ${store}`, { skip: withoutStore(store) }, async t => {
    for (const shape of SHAPES) {
      if (shape.document === undefined) continue
      const server = await startDocumentServer(t, [new URL(shape.document.client_id).hostname])
      server.answer = json(shape.document)
      const gateway = await startGateway(t, { store, documents: server.documents })
      const { listed, clientId, tokens } = await replayShape(gateway, shape, 'document')
      t.same(listed, [200, 200], shape.client)
      t.equal(clientId, shape.document.client_id)
      t.not(tokens[0]?.refresh_token, tokens[1]?.refresh_token)
      t.equal(server.requests.length, 1, 'fetched once, then kept')
    }
  })
}
