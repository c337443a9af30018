import type { AskProduct } from '../../src/auth/ask-product.ts'
import { createAuthenticator } from '../../src/auth/authenticate.ts'
import { type MintTokenOptions, mintToken } from '../../src/auth/mint-token.ts'
import type { Authenticated, SchemeType } from '../../src/auth/principal.ts'
import type { SchemeConfig, VerifyConfig } from '../../src/config/schema.ts'
import { createMemoryStore } from '../../src/store/memory/store.ts'
import type { Store } from '../../src/store/store.ts'

/** `verify` as the configuration has it after defaults. */
export const VERIFY = {
  request: 'GET /v1/me',
  subject: 'id',
  organization: 'organization.id',
  scopes: 'token.scopes',
  roles: 'roles',
  cache: 30_000,
  negativeCache: 5_000,
} satisfies VerifyConfig
export const TOKEN: Extract<SchemeConfig, { type: 'token' }> = {
  type: 'token',
  prefix: 'acme_pat_',
  header: 'Authorization',
}
export const BEARER: Extract<SchemeConfig, { type: 'bearer' }> = {
  type: 'bearer',
  prefix: 'lct_pat_',
  header: 'Authorization',
  verify: VERIFY,
}
export const PAIR: Extract<SchemeConfig, { type: 'headers' }> = {
  type: 'headers',
  headers: ['Email', 'Token'],
  subject: 'Email',
  verify: { ...VERIFY, identity: 'email' },
}
export const ANONYMOUS: SchemeConfig = { type: 'anonymous', scopes: ['read:status'] }

/** A product that knows two users, by bearer token and by header pair. */
export function createProduct() {
  const questions: Parameters<AskProduct>[0][] = []
  const deleted = new Set<string>()
  const answer = (id: string) => ({
    status: 200,
    body: {
      id,
      email: `${id}@acme.example`,
      organization: { id: 'org-1' },
      token: { scopes: ['read:invoices', 'write:contacts'] },
      roles: ['accountant'],
    },
  })
  const ask: AskProduct = async question => {
    questions.push(question)
    const { authorization, token } = question.headers
    if (deleted.has(authorization ?? '')) return { status: 401, body: { error: 'no' } }
    if (authorization === 'Bearer lct_pat_ada' || token === 'secret-ada') return answer('ada')
    if (authorization === 'Bearer lct_pat_bob' || token === 'secret-bob') return answer('bob')
    return { status: 401, body: { error: 'no' } }
  }
  return { ask, questions, deleteToken: (token: string) => deleted.add(`Bearer ${token}`) }
}

export interface SetUpOptions {
  readonly auth?: readonly SchemeConfig[]
  readonly ask?: AskProduct
  readonly store?: Store
}

/** An authenticator over a memory store and a clock that stands still until it is moved. */
export function setUp({ auth = [TOKEN, BEARER, PAIR], ask, store = createMemoryStore() }: SetUpOptions = {}) {
  const clock = { now: 1_700_000_000_000 }
  const product = createProduct()
  const authenticator = createAuthenticator({
    auth,
    name: 'acme',
    store,
    verifyWithProduct: ask ?? product.ask,
    now: () => clock.now,
  })
  return {
    clock,
    store,
    product,
    /** Signs in with these raw headers, names and values in turn; always asynchronous. */
    async signIn(rawHeaders: readonly string[], allowed?: readonly SchemeType[], signal?: AbortSignal) {
      const endpoint = allowed && { allowed: new Set(allowed) }
      return authenticator.authenticate({ headers: {}, rawHeaders, signal }, endpoint)
    },
    authenticate: (rawHeaders: readonly string[]): Authenticated | Promise<Authenticated> =>
      authenticator.authenticate({ headers: {}, rawHeaders }),
    /** Mints and stores a token. */
    async mint(options: Partial<MintTokenOptions> = {}) {
      const minted = mintToken(
        {
          prefix: 'acme_pat_',
          name: 'laptop',
          subject: 'user-7',
          roles: ['admin'],
          scopes: ['read:*'],
          ...options,
        },
        clock.now,
      )
      await store.createToken(minted.record)
      return minted
    },
  }
}

/** Raw headers of a bearer token. */
export const bearer = (token: string): string[] => ['Authorization', `Bearer ${token}`]
/** Raw headers of an Email and Token pair. */
export const pair = (email: string, token: string): string[] => ['Email', email, 'Token', token]
