/** What is taken of a Client ID Metadata Document (N66, N73, N74, N78). */
import fc from 'fast-check'
import t from 'tap'
import { readMetadataDocument } from '../../../src/oauth/clients/metadata-document.ts'
import { createRedirectPolicy } from '../../../src/oauth/redirects/create-redirect-policy.ts'
import { anyCharacter } from '../../any-character.ts'
import { SHAPES } from '../../clients/shapes/all-shapes.ts'
import { oauthScheme } from '../oauth-config.ts'

const policy = createRedirectPolicy(oauthScheme())
const URL_OF_TOOL = 'https://tool.example/client.json'
const GOOD = { client_id: URL_OF_TOOL, client_name: 'Tool', redirect_uris: ['http://localhost/callback'] }
const KEY = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
}

function read(document: unknown, url = URL_OF_TOOL) {
  return readMetadataDocument(new URL(url), document, policy)
}

t.test('the documents of known clients', async t => {
  const documents = SHAPES.flatMap(({ document }) => document ?? [])
  t.ok(documents.length >= 4)
  for (const document of documents) {
    const client = read(document, document.client_id)
    t.match(client, {
      id: document.client_id,
      name: document.client_name,
      origin: 'document',
      host: new URL(document.client_id).host,
    })
    t.strictSame(client.redirectUris, document.redirect_uris, document.client_id)
    t.strictSame(client.authentication, { method: 'none' })
    t.ok(client.grantTypes.has('authorization_code'))
  }
})

t.test('the least that it has, and what follows', async t => {
  t.match(read(GOOD), {
    id: URL_OF_TOOL,
    name: 'Tool',
    host: 'tool.example',
    authentication: { method: 'none' },
    scopes: undefined,
  })
  t.strictSame([...read(GOOD).grantTypes], ['authorization_code', 'refresh_token'])
  t.strictSame([...read({ ...GOOD, grant_types: ['authorization_code'] }).grantTypes], ['authorization_code'])
  t.ok(read({ ...GOOD, logo_uri: 7, made_up: {}, contacts: null }), 'members that are not known are ignored')
})

t.test('refused', async t => {
  const bad: Readonly<Record<string, unknown>> = {
    'other client_id': { ...GOOD, client_id: 'https://tool.example/Client.json' },
    'client_id with a slash more': { ...GOOD, client_id: `${URL_OF_TOOL}/` },
    'client_id in upper case': { ...GOOD, client_id: 'https://TOOL.example/client.json' },
    'no client_id': { ...GOOD, client_id: undefined },
    'client_id that is no text': { ...GOOD, client_id: [URL_OF_TOOL] },
    'no name': { ...GOOD, client_name: undefined },
    'empty name': { ...GOOD, client_name: '' },
    'name of spaces': { ...GOOD, client_name: '  ' },
    'name that turns text around': { ...GOOD, client_name: 'Tool\u202e' },
    'name with a control character': { ...GOOD, client_name: 'Tool\u0000' },
    'name that is no text': { ...GOOD, client_name: 7 },
    'a secret': { ...GOOD, client_secret: 's' },
    'an end of a secret': { ...GOOD, client_secret_expires_at: 0 },
    'a registration token': { ...GOOD, registration_access_token: 's' },
    client_secret_basic: { ...GOOD, token_endpoint_auth_method: 'client_secret_basic' },
    client_secret_post: { ...GOOD, token_endpoint_auth_method: 'client_secret_post' },
    client_secret_jwt: { ...GOOD, token_endpoint_auth_method: 'client_secret_jwt' },
    'a method that is not known': { ...GOOD, token_endpoint_auth_method: 'tls_client_auth' },
    'a key without one': { ...GOOD, token_endpoint_auth_method: 'private_key_jwt' },
    'two sources of keys': {
      ...GOOD,
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [KEY] },
      jwks_uri: 'https://tool.example/keys',
    },
    'no keys': { ...GOOD, token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [] } },
    'private key': {
      ...GOOD,
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [{ ...KEY, d: 'x' }] },
    },
    'private part that is empty': {
      ...GOOD,
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [{ ...KEY, d: '' }] },
    },
    'RSA private part': {
      ...GOOD,
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [{ kty: 'RSA', n: 'x', e: 'AQAB', p: 'x' }] },
    },
    'a key that is shared': {
      ...GOOD,
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [{ kty: 'oct', k: 'x' }] },
    },
    'oct without its secret': {
      ...GOOD,
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [{ kty: 'oct' }] },
    },
    'a key to encrypt with': {
      ...GOOD,
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [{ ...KEY, use: 'enc' }] },
    },
    'jwks_uri on this machine': {
      ...GOOD,
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: 'https://localhost/keys',
    },
    'jwks_uri without TLS': {
      ...GOOD,
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: 'http://tool.example/keys',
    },
    'only a grant that is not offered': { ...GOOD, grant_types: ['client_credentials'] },
    implicit: { ...GOOD, response_types: ['token'] },
    'grants that are no list': { ...GOOD, grant_types: 'authorization_code' },
    'a list': [GOOD],
    'a text': 'x',
    nothing: null,
  }
  for (const [what, document] of Object.entries(bad))
    t.throws(() => read(document), { code: 'oauth_invalid_client_metadata' }, what)
})

t.test('redirect URIs: those that are allowed count, one that is ambiguous spoils all', async t => {
  t.strictSame(
    read({ ...GOOD, redirect_uris: ['https://tool.example/cb', 'http://localhost/callback', 'com.tool:/cb'] })
      .redirectUris,
    ['http://localhost/callback'],
  )
  const bad: readonly unknown[] = [
    undefined,
    [],
    ['https://tool.example/cb'],
    'http://localhost/callback',
    [7],
    ['http://localhost/callback', 7],
    ['http://localhost/callback', 'javascript:alert(1)'],
    ['http://localhost/callback', 'http://evil.example/'],
    ['http://localhost/callback', 'https://a@tool.example/'],
    Array.from({ length: 17 }, (_, index) => `http://localhost/${index}`),
  ]
  for (const redirect_uris of bad)
    t.throws(
      () => read({ ...GOOD, redirect_uris }),
      { code: 'oauth_invalid_redirect_uri' },
      JSON.stringify(redirect_uris)?.slice(0, 60),
    )
})

t.test('keys: only what verifying needs is kept', async t => {
  const client = read({
    ...GOOD,
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [{ ...KEY, kid: 'a', x5u: 'https://evil.example/', x5c: ['x'] }] },
  })
  t.strictSame(client.authentication, { method: 'private_key_jwt', keys: { keys: [{ ...KEY, kid: 'a' }] } })
  const byUrl = read({
    ...GOOD,
    token_endpoint_auth_method: 'private_key_jwt',
    jwks_uri: 'https://tool.example/keys',
  })
  t.strictSame(byUrl.authentication, {
    method: 'private_key_jwt',
    keys: { uri: 'https://tool.example/keys' },
  })
})

t.test(
  'whatever a document is, it is a client that is safe to show and to redirect to, or refused',
  async t => {
    const anything = fc.jsonValue({ maxDepth: 2 })
    const mostly = <T>(good: fc.Arbitrary<T>) =>
      fc.oneof({ weight: 15, arbitrary: good }, { weight: 1, arbitrary: anything })
    const uris = [
      'http://localhost/callback',
      'javascript:alert(1)',
      'https://evil.example/',
      'https://claude.ai/api/mcp/auth_callback',
      'http://127.0.0.1:1@evil.example/',
    ]
    const document = fc.record(
      {
        client_id: mostly(fc.constant(URL_OF_TOOL)),
        client_name: mostly(fc.oneof(fc.string({ unit: anyCharacter }), fc.string())),
        redirect_uris: mostly(fc.array(fc.constantFrom(...uris), { minLength: 1, maxLength: 2 })),
        token_endpoint_auth_method: mostly(fc.constantFrom('none', 'private_key_jwt', 'client_secret_post')),
        jwks: mostly(fc.constant({ keys: [KEY] })),
        jwks_uri: anything,
        grant_types: mostly(fc.constant(['authorization_code'])),
        response_types: mostly(fc.constant(['code'])),
        scope: mostly(fc.string()),
        client_secret: anything,
      },
      { requiredKeys: ['client_id', 'client_name', 'redirect_uris'] },
    )
    let taken = 0
    fc.assert(
      fc.property(document, value => {
        try {
          const client = read(value)
          taken++
          if (
            client.redirectUris.length === 0 ||
            'client_secret' in value ||
            client.authentication.method === 'client_secret'
          )
            throw new Error('unsafe')
          for (const uri of client.redirectUris) policy.check(uri)
          if (/[\p{C}\p{Zl}\p{Zp}]/u.test(client.name)) throw new Error('unsafe name')
        } catch (error) {
          if (
            !(error instanceof Error) ||
            !('code' in error) ||
            !String(error.code).startsWith('oauth_invalid_')
          )
            throw error
        }
      }),
      { numRuns: 5_000 },
    )
    t.ok(taken > 20, `${taken}`)
  },
)
