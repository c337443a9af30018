/**
 * The official client of the first generation connects by OAuth, with the real pages in a real browser: by dynamic
 * registration and by a metadata document.
 */
import type { OAuthDiscoveryState } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js'
import t from 'tap'
import { caught } from '../clients/caught.ts'
import { KeptProvider } from './kept-provider.ts'
import { launch, withoutBrowser } from './launch.ts'
import { type CreateProgram, openScene, testLife, WAYS } from './oauth-life.ts'

type Provider = KeptProvider<OAuthClientInformationMixed, OAuthTokens, OAuthDiscoveryState>

t.test('the first SDK generation connects by OAuth', { skip: withoutBrowser() }, async t => {
  const browser = await launch(t)

  for (const way of WAYS) {
    t.test(`by ${way}, for a whole life`, async t => {
      const scene = await openScene(t, browser, createProgram, way)
      await testLife(t, scene, way)
    })
  }

  t.test('and goes round in no circle where a tool needs more', async t => {
    const { program, tab, listener, gateway } = await openScene(t, browser, createProgram, 'registration')
    await caught(program.connect())
    await tab.open(program.provider.opened[0] ?? '')
    await tab.signIn(gateway.product.credentials.pat(['*']))
    await tab.untick('manage:*')
    await tab.press('Allow')
    await program.finish(await listener.next())
    const session = await program.connect()
    // This generation refreshes in place of asking for more, and a refresh never widens: it has to give up.
    const refused = await caught(session.call('acme_delete_contact', { id: 'con_0000000000000000' }))
    t.match(refused, { code: 403 })
    t.equal(program.provider.opened.length, 1)
    t.equal(program.provider.kept.tokens?.scope, 'read:* write:*')
    t.match(await session.call('acme_list_invoices'), { isError: false }, 'what was given still works')
  })
})

const createProgram: CreateProgram = (url, introduction) => {
  const provider: Provider = new KeptProvider(introduction)
  const newTransport = () => new StreamableHTTPClientTransport(url, { authProvider: provider })
  let transport = newTransport()
  return {
    provider,
    async connect() {
      transport = newTransport()
      const client = new Client({ name: 'month-end-helper', version: '1' })
      await client.connect(transport)
      return {
        tools: async () => (await client.listTools()).tools.map(({ name }) => name),
        call: (name, args = {}) => client.callTool({ name, arguments: args }),
      }
    },
    finish: callback => transport.finishAuth(callback.searchParams.get('code') ?? ''),
  }
}
