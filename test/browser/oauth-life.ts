/** The whole life of a connection, as a program sees it that is built on an official client. */
import type { IncomingMessage } from 'node:http'
import type { Browser } from 'playwright-core'
import type { Test } from 'tap'
import { caught } from '../clients/caught.ts'
import { json, startDocumentServer } from '../oauth/clients/fixtures.ts'
import { listTools, type OAuthGateway, startGateway } from '../oauth/gateway.ts'
import { type CallbackListener, startCallbackListener } from './callback-listener.ts'
import type { Introduction } from './kept-provider.ts'
import { openPerson, type Tab } from './person.ts'

/** A program on the person's machine. */
export interface Program {
  readonly provider: {
    readonly opened: readonly URL[]
    readonly invalidated: readonly string[]
    readonly kept: {
      readonly tokens?: Tokens | undefined
      readonly information?: { readonly client_id: string } | undefined
      readonly discovery?: Discovery | undefined
      readonly state?: string | undefined
    }
  }
  /** Connects with what it keeps; where that is not enough it opens the browser, and this rejects. */
  readonly connect: () => Promise<Session>
  /** Redeems what came to the redirect URI. */
  readonly finish: (callback: URL) => Promise<void>
}

interface Tokens {
  readonly access_token: string
  readonly refresh_token?: string | undefined
  readonly scope?: string | undefined
}

interface Discovery {
  readonly resourceMetadata?: { readonly resource: string } | undefined
  readonly authorizationServerMetadata?:
    | { readonly issuer: string; readonly revocation_endpoint?: string | undefined }
    | undefined
}

/** While connected. */
export interface Session {
  /** Names of the tools. */
  readonly tools: () => Promise<readonly string[]>
  readonly call: (name: string, args?: Record<string, unknown>) => Promise<unknown>
}

/** Makes a program that talks to this MCP endpoint. */
export type CreateProgram = (url: URL, introduction: Introduction) => Program

/** How the authorization server learns who the client is. */
export const WAYS = ['registration', 'metadata document'] as const
export type Way = (typeof WAYS)[number]

const DOCUMENT = 'https://helper.example/oauth/client.json'

/** A gateway that is reached at the address it listens on, a program, and somebody who has opened its browser. */
export interface Scene {
  readonly gateway: OAuthGateway
  readonly listener: CallbackListener
  readonly program: Program
  readonly tab: Tab
  readonly complaints: readonly string[]
  /** Requests for the metadata document. */
  readonly fetched: readonly IncomingMessage[]
}

/** Prepares one. */
export async function openScene(t: Test, browser: Browser, create: CreateProgram, way: Way): Promise<Scene> {
  const server = await startDocumentServer(t, [new URL(DOCUMENT).host])
  server.answer = json({
    client_id: DOCUMENT,
    client_name: 'Month-end helper',
    redirect_uris: ['http://127.0.0.1/callback'],
    token_endpoint_auth_method: 'none',
  })
  const { documents } = server
  const gateway = await startGateway(t, { config: { publicUrl: undefined }, documents })
  const listener = await startCallbackListener(t)
  const program = create(new URL('/mcp', gateway.node.origin), {
    redirectUrl: listener.url,
    clientMetadataUrl: way === 'metadata document' ? DOCUMENT : undefined,
  })
  const { complaints, tab } = await openPerson(t, browser)
  return { gateway, listener, program, complaints, fetched: server.requests, tab: await tab() }
}

/** Discovery, registration or document, browser, code, call, refresh, revocation, 401, and the same once more. */
export async function testLife(t: Test, scene: Scene, way: Way): Promise<void> {
  const { gateway, complaints } = scene
  const session = await testConnecting(t, scene, way)
  t.match(await session.call('acme_list_invoices', { limit: 2 }), {
    isError: false,
    structuredContent: { data: [{ id: /^inv_/ }, { id: /^inv_/ }] },
  })
  const tools = await session.tools()
  t.ok(tools.includes('acme_create_invoice'))
  t.notOk(tools.includes('acme_delete_invoice'), 'what was unticked is not there')

  const tokens = await testRefresh(t, scene, session)
  await testRevocation(t, scene, session, tokens)
  await connectAgain(t, scene)

  t.same(complaints, [], 'the browser complains of nothing')
  const written = gateway.written()
  for (const secret of [tokens.access_token, tokens.refresh_token ?? '', 'wrong-credential'])
    t.notMatch(written, secret, 'the audit has no secrets')
}

async function testConnecting(t: Test, scene: Scene, way: Way): Promise<Session> {
  const { gateway, listener, program, tab, fetched } = scene
  const { provider } = program
  const { origin } = gateway.node
  t.match(await caught(program.connect()), { message: /unauthorized/i })
  t.equal(provider.opened.length, 1, 'the browser is opened')
  const asked = provider.opened[0]?.searchParams
  t.equal(asked?.get('resource'), `${origin}/mcp`)
  t.equal(asked?.get('code_challenge_method'), 'S256')
  t.match(asked?.get('client_id'), way === 'registration' ? /^cli_/ : DOCUMENT)

  await tab.open(provider.opened[0] ?? '')
  await tab.sees('Sign in to connect Month-end helper')
  t.equal(fetched.length, way === 'registration' ? 0 : 1, 'the document is fetched, and kept')
  await tab.signIn('wrong-credential')
  t.match(await tab.page.getByRole('alert').textContent(), /\S/)
  await tab.sees('Sign in to connect Month-end helper')
  await tab.signIn(gateway.product.credentials.pat(['*']))

  await tab.sees('Allow Month-end helper to use Acme Billing in your name?')
  const text = await tab.text()
  t.match(text, 'Third-party')
  t.match(text, new URL(listener.url).host, 'where the browser will be sent')
  t.match(text, way === 'registration' ? /name is not verified/ : new URL(DOCUMENT).host)
  await tab.untick('manage:*')
  await tab.press('Allow')
  const callback = await listener.next()
  await tab.sees('Back at the program')
  t.equal(callback.searchParams.get('iss'), origin)
  t.equal(callback.searchParams.get('state'), provider.kept.state)
  await program.finish(callback)
  t.equal(provider.kept.information?.client_id, asked?.get('client_id'))
  t.match(provider.kept.tokens, { access_token: /^acme_oat_/, refresh_token: /^acme_ort_/ })
  t.equal(provider.kept.tokens?.scope, 'read:* write:*')
  t.match(provider.kept.discovery, {
    resourceMetadata: { resource: `${origin}/mcp` },
    authorizationServerMetadata: { issuer: origin },
  })
  return program.connect()
}

async function testRefresh(t: Test, scene: Scene, session: Session): Promise<Tokens> {
  const { gateway, program } = scene
  const before = tokensOf(program)
  gateway.clock.advance(60 * 60 * 1_000)
  t.equal((await listTools(gateway.node, before.access_token)).status, 401, 'an hour later')
  t.match(await session.call('acme_list_invoices', { limit: 1 }), { isError: false })
  const after = tokensOf(program)
  t.not(after.access_token, before.access_token)
  t.not(after.refresh_token, before.refresh_token)
  t.equal(after.scope, before.scope)
  t.equal(program.provider.opened.length, 1, 'nobody is asked for that')
  return after
}

async function testRevocation(t: Test, scene: Scene, session: Session, tokens: Tokens): Promise<void> {
  const { gateway, program } = scene
  const { provider } = program
  const endpoint = provider.kept.discovery?.authorizationServerMetadata?.revocation_endpoint ?? ''
  const { status } = await fetch(endpoint, {
    method: 'POST',
    body: new URLSearchParams({
      token: tokens.refresh_token ?? '',
      client_id: provider.kept.information?.client_id ?? '',
    }),
  })
  t.equal(status, 200)
  const refused = await listTools(gateway.node, tokens.access_token)
  t.equal(refused.status, 401)
  t.match(refused.headers.get('www-authenticate'), 'error="invalid_token"')
  // The second generation says on the console that it drops them.
  t.capture(console, 'warn')
  t.match(await caught(session.call('acme_list_invoices')), { message: /unauthorized/i })
  t.same(
    provider.invalidated,
    ['tokens'],
    'the client learns that its tokens are gone, and keeps its registration',
  )
  t.equal(provider.opened.length, 2, 'and opens the browser anew')
}

async function connectAgain(t: Test, { listener, program, tab }: Scene): Promise<void> {
  const [first, again] = program.provider.opened
  t.equal(again?.searchParams.get('client_id'), first?.searchParams.get('client_id'))
  await tab.open(again ?? '')
  // Whoever is signed in is asked at once.
  await tab.sees('Allow Month-end helper to use Acme Billing in your name?')
  await tab.press('Allow')
  await program.finish(await listener.next())
  const session = await program.connect()
  t.match(await session.call('acme_list_invoices', { limit: 1 }), { isError: false })
  t.ok((await session.tools()).includes('acme_delete_invoice'), 'this time nothing was unticked')
}

function tokensOf({ provider }: Program): Tokens {
  if (provider.kept.tokens === undefined) throw new Error('no tokens are kept')
  return provider.kept.tokens
}
