/**
 * Does what a client does when a person connects it, as it is written down in its shape, and ends connected. Whatever
 * the client would not go on with is an error.
 */
import { randomBytes } from 'node:crypto'
import { decide, listTools, type OAuthGateway, PUBLIC_URL, pkce, RESOURCE, signIn } from '../oauth/gateway.ts'
import type { ClientShape, Probe } from './shapes/shape.ts'

/** How the client says who it is. */
export type Introduction = 'registration' | 'document'

/** What it has in the end. */
export interface Replayed {
  readonly clientId: string
  /** Answer of its registration; undefined where it has a document. */
  readonly registered: Readonly<Record<string, unknown>> | undefined
  /** Where the browser was sent. */
  readonly redirect: URL
  /** Answers of the token endpoint, for the code and for the refresh token. */
  readonly tokens: readonly Readonly<Record<string, unknown>>[]
  /** Statuses of `tools/list` with each of their access tokens. */
  readonly listed: readonly number[]
}

/** Free, because nobody listens there: the browser of these tests goes nowhere but to the gateway. */
const PORT = '49152'

/** Connects a client by its shape. */
export async function replayShape(
  gateway: OAuthGateway,
  shape: ClientShape,
  introduction: Introduction,
): Promise<Replayed> {
  const wire = new Wire(gateway, shape)
  const scope = await wire.discover()
  const { verifier, challenge } = pkce()
  const known = { resource: RESOURCE, scope, port: PORT, verifier, challenge }
  const redirect_uri = filled(shape.redirectUri, known)
  const registered = introduction === 'registration' ? await wire.register(known) : undefined
  const clientId = String(registered?.client_id ?? shape.document?.client_id)
  // VS Code’s state is an address of its own with a query; others are short.
  const state = `${randomBytes(16).toString('base64')}/?x=1&y=%20`
  const values = { ...known, redirect_uri, client_id: clientId, state }
  const redirect = await wire.authorize(values)
  const code = redirect.searchParams.get('code') ?? ''
  const first = await wire.token({ ...filledAll(shape.token, { ...values, code }), ...secretOf(registered) })
  const tokens = [first]
  if (shape.refresh !== undefined) {
    const more = { ...values, scope: String(first.scope), refresh_token: String(first.refresh_token) }
    tokens.push(await wire.token({ ...filledAll(shape.refresh, more), ...secretOf(registered) }))
  }
  const listed: number[] = []
  for (const { access_token } of tokens)
    listed.push((await listTools(gateway.node, String(access_token))).status)
  return { clientId, registered, redirect, tokens, listed }
}

/** The requests of one client. */
class Wire {
  readonly #gateway: OAuthGateway
  readonly #shape: ClientShape
  #metadata: Readonly<Record<string, unknown>> = {}

  constructor(gateway: OAuthGateway, shape: ClientShape) {
    this.#gateway = gateway
    this.#shape = shape
  }

  /** Goes through the probes; the scope that the client then asks for. */
  async discover(): Promise<string> {
    const scopes = { challenge: '', metadata: '' }
    for (const probe of this.#shape.discovery) {
      const answer = await this.#probe(probe)
      const challenge = answer.headers.get('www-authenticate')
      if (challenge !== null) scopes.challenge = /\bscope="([^"]+)"/.exec(challenge)?.[1] ?? ''
      if (!answer.headers.get('content-type')?.startsWith('application/json') || answer.status !== 200)
        continue
      const body = (await answer.json()) as Record<string, unknown>
      if (Array.isArray(body.authorization_servers))
        scopes.metadata = (body.scopes_supported as string[]).join(' ')
      if (typeof body.issuer === 'string') this.#metadata = body
    }
    return scopes[this.#shape.scopeFrom] || scopes.metadata
  }

  async #probe({ method, path, headers = {}, body, expects }: Probe): Promise<Response> {
    const answer = await fetch(this.#gateway.node.origin + path, {
      method,
      headers: { ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!expects.includes(answer.status)) throw new Error(`${method} ${path}: ${answer.status}`)
    const challenge = answer.headers.get('www-authenticate') ?? ''
    if (answer.status === 401 && !challenge.includes(`resource_metadata="${PUBLIC_URL}/.well-known/`))
      throw new Error(`${method} ${path} leads nowhere: ${challenge}`)
    return answer
  }

  async register(known: Readonly<Record<string, string>>): Promise<Readonly<Record<string, unknown>>> {
    const text = filled(JSON.stringify(this.#shape.registration), known)
    const answer = await this.#post('registration_endpoint', 'application/json', text)
    if (answer.status !== 201) throw new Error(`registration: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Record<string, unknown>
  }

  /** Where the browser ends, once a person has signed in and approved. */
  authorize(values: Readonly<Record<string, string>>): Promise<URL> {
    const url = new URL(String(this.#metadata.authorization_endpoint))
    for (const [name, value] of Object.entries(filledAll(this.#shape.authorize, values)))
      url.searchParams.append(name, value)
    const browser = this.#gateway.node.browser()
    const credential = this.#gateway.product.credentials.pat(['*'])
    return signIn(browser, url.href, credential).then(page => decide(browser, page, 'approve'))
  }

  async token(form: Readonly<Record<string, string>>): Promise<Readonly<Record<string, unknown>>> {
    const text = new URLSearchParams(form).toString()
    const answer = await this.#post('token_endpoint', 'application/x-www-form-urlencoded', text)
    if (answer.status !== 200) throw new Error(`token: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Record<string, unknown>
  }

  #post(endpoint: string, type: string, body: string): Promise<Response> {
    const headers = { ...this.#shape.headers, 'content-type': type }
    return fetch(this.#gateway.node.at(String(this.#metadata[endpoint])), { method: 'POST', headers, body })
  }
}

/** A client that was given a secret sends it in the form, as those of these shapes do. */
function secretOf(registered: Readonly<Record<string, unknown>> | undefined): Record<string, string> {
  return typeof registered?.client_secret === 'string' ? { client_secret: registered.client_secret } : {}
}

function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole)
}

function filledAll(
  form: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(form).map(([name, text]) => [name, filled(text, values)]))
}
