/** Lumen behind its gateway, with what its administrators do: they make clients, list them and revoke them. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { type Answer, ask, presented } from '../ask.ts'
import { type System, type SystemOptions, startSystem } from '../system.ts'
import { createLumen, type Lumen } from './backend.ts'

/** A client of somebody's, as whoever made it sees it this once. */
export interface Client {
  readonly id: string
  readonly secret: string
}

export interface LumenGateway {
  readonly product: Lumen
  readonly system: System
  /** Variables that the configuration asks for. */
  readonly env: Readonly<Record<string, string>>
  /** Where the store is, and nothing else. */
  readonly directory: string
  /** The key that gateway and product sign with. */
  readonly key: KeyObject
  /** Of the MCP server. */
  readonly url: string
  /** The administrators’ API, `DELETE /<client_id>`; as a user of the product, u_admin unless another is named. */
  readonly clients: (request: string, body?: object, user?: string) => Promise<Answer>
  readonly client: (owner: string, scopes: readonly string[]) => Promise<Client>
  /** Asks the token endpoint. */
  readonly tokenAnswer: (client: Client, form?: Readonly<Record<string, string>>) => Promise<Answer>
  /** An access token of a client of theirs; the same one each time. */
  readonly token: (owner: string, scopes?: readonly string[]) => Promise<string>
}

/** @param env - more variables of the configuration */
export async function startLumen(t: Test, env: SystemOptions['env'] = {}): Promise<LumenGateway> {
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString()
  const product = createLumen(key)
  const directory = mkdtempSync(join(tmpdir(), 'postern-lumen-store-'))
  // Before the gateway starts, so that it is gone when this runs.
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  const variables = { LUMEN_SIGNING_KEY: pem, STORE: join(directory, 'lumen.db'), ...env }
  const system = await startSystem(t, 'lumen', product, { env: variables })

  const clients: LumenGateway['clients'] = (request, body, user = 'u_admin') => {
    const [method = '', path = ''] = request.split(' ')
    return ask(`${system.origin}/api/v1/admin/clients${path}`, {
      method,
      headers: {
        ...presented(product.session(user)),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  }
  const client: LumenGateway['client'] = async (subject, scopes) => {
    const { status, body } = await clients('POST ', { name: 'My laptop', subject, scopes })
    if (status !== 201) throw new Error(`no client: ${status} ${JSON.stringify(body)}`)
    return body
  }
  const tokenAnswer: LumenGateway['tokenAnswer'] = ({ id, secret }, form = {}) => {
    const fields = { grant_type: 'client_credentials', client_id: id, client_secret: secret, ...form }
    return ask(`${system.origin}/oauth/token`, { method: 'POST', body: new URLSearchParams(fields) })
  }
  const tokens = new Map<string, Promise<string>>()
  const accessToken = async (of: Client): Promise<string> => {
    const { status, body } = await tokenAnswer(of)
    if (status !== 200) throw new Error(`no token: ${status} ${JSON.stringify(body)}`)
    return body.access_token
  }
  return {
    env: { ...variables, LUMEN_URL: system.upstream },
    ...{ product, system, directory, key, url: `${system.origin}/mcp`, clients, client, tokenAnswer },
    token(owner, scopes = ['*']) {
      const key = `${owner} ${scopes.join(' ')}`
      const known = tokens.get(key) ?? client(owner, scopes).then(accessToken)
      tokens.set(key, known)
      return known
    },
  }
}
