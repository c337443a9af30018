/**
 * The official client of the second generation connects by OAuth, with the real pages in a real browser: in both of its
 * eras, by dynamic registration and by a metadata document.
 */
import {
  Client,
  type ClientOptions,
  type OAuthDiscoveryState,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import t from 'tap'
import { caught } from '../clients/caught.ts'
import { KeptProvider } from './kept-provider.ts'
import { launch, withoutBrowser } from './launch.ts'
import { type CreateProgram, openScene, type Scene, testLife, WAYS } from './oauth-life.ts'

type Provider = KeptProvider<StoredOAuthClientInformation, StoredOAuthTokens, OAuthDiscoveryState>

/** In the era of `initialize`, and in the one without. */
const ERAS: Readonly<Record<(typeof WAYS)[number], ClientOptions>> = {
  registration: {},
  'metadata document': { versionNegotiation: { mode: { pin: '2026-07-28' } } },
}

t.test('the second SDK generation connects by OAuth', { skip: withoutBrowser() }, async t => {
  const browser = await launch(t)

  for (const way of WAYS) {
    t.test(`by ${way}, for a whole life`, async t => {
      const scene = await openScene(t, browser, programOf(ERAS[way]), way)
      await testLife(t, scene, way)
    })
  }

  t.test('and is told when the person says no', async t => {
    const scene = await openScene(t, browser, programOf({}), 'registration')
    await toConsent(scene)
    await scene.tab.press('Deny')
    const callback = await scene.listener.next()
    t.equal(callback.searchParams.get('code'), null)
    t.match(await caught(scene.program.finish(callback)), { code: 'access_denied' })
    t.equal(scene.program.provider.kept.tokens, undefined)
    t.same(scene.complaints, [])
  })

  t.test('and asks for more when a tool needs it', async t => {
    const scene = await openScene(t, browser, programOf({}), 'registration')
    const { program, tab, listener } = scene
    await toConsent(scene)
    await tab.untick('manage:*')
    await tab.press('Allow')
    await program.finish(await listener.next())
    const session = await program.connect()
    const workspaces = await session.call('acme_list_workspaces')
    const created = await session.call('acme_create_contact', {
      workspace_id: firstId(workspaces),
      name: 'Jane Roe',
    })
    const id = String((created as { structuredContent?: { id?: unknown } }).structuredContent?.id)

    t.match(await caught(session.call('acme_delete_contact', { id })), { message: /unauthorized/i })
    const asked = program.provider.opened[1]?.searchParams.get('scope')?.split(' ') ?? []
    t.ok(asked.includes('read:*') && asked.includes('write:*'), 'what was given is not lost')
    t.ok(asked.some(scope => scope.startsWith('manage:')))
    await tab.open(program.provider.opened[1] ?? '')
    await tab.press('Allow')
    await program.finish(await listener.next())
    const wider = await program.connect()
    t.match(await wider.call('acme_delete_contact', { id }), { isError: false })
  })
})

/** Up to the question. */
async function toConsent({ program, tab, gateway }: Scene): Promise<void> {
  await caught(program.connect())
  await tab.open(program.provider.opened[0] ?? '')
  await tab.signIn(gateway.product.credentials.pat(['*']))
}

function firstId(result: unknown): unknown {
  return (result as { structuredContent: { data: { id: string }[] } }).structuredContent.data[0]?.id
}

function programOf(options: ClientOptions): CreateProgram {
  return (url, introduction) => {
    const provider: Provider = new KeptProvider(introduction)
    const newTransport = () => new StreamableHTTPClientTransport(url, { authProvider: provider })
    let transport = newTransport()
    return {
      provider,
      async connect() {
        transport = newTransport()
        const client = new Client({ name: 'month-end-helper', version: '2' }, options)
        await client.connect(transport)
        return {
          tools: async () => (await client.listTools()).tools.map(({ name }) => name),
          call: (name, args = {}) => client.callTool({ name, arguments: args }),
        }
      },
      finish: callback => transport.finishAuth(callback.searchParams),
    }
  }
}
