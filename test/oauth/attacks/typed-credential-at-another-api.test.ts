/**
 * What people type on the sign-in page goes to the API that verified it and to no other. Where an authorization server
 * verified it, no API did: the first one of the configuration, which may be somebody else's, must not get it.
 */
import t from 'tap'
import type { Authenticated } from '../../../src/auth/principal.ts'
import { completeConfig } from '../../../src/config/complete-config.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { createCredentials } from '../../../src/upstream/credentials.ts'
import { makePrincipal } from '../../policy/make-tool.ts'

const INTROSPECTED = {
  introspection: {
    ...{ url: 'https://login.acme.example/introspect', clientId: 'postern', clientSecret: 's3cret' },
    audience: 'https://mcp.acme.example',
  },
}
const CALLER: Authenticated = {
  principal: { ...makePrincipal([]), scheme: 'oauth', schemeIndex: 0 },
  forwardable: {},
  given: () => ({ authorization: 'Bearer typed' }),
}

/** What an API is shown of a caller who typed a credential; undefined for nothing. */
async function shownTo(api: string, ...verify: readonly object[]) {
  const apis = ['crm', 'billing'].map(name => ({
    name,
    openapi: './x.json',
    credentials: { type: 'sealed' },
  }))
  const signIn = verify.map((one, index) => ({ type: 'product', name: `way-${index}`, verify: one }))
  const parsed = configSchema.parse({ name: 'acme', apis, auth: [{ type: 'oauth', signIn }] })
  const config = completeConfig(parsed, '/etc/postern.yaml')
  const choose = createCredentials({ config, baseUrls: new Map(), signing: undefined, sealed: undefined })
  try {
    return (await choose(CALLER, api)).headers
  } catch {
    return undefined
  }
}

t.test('the API that verified it gets it', async t => {
  const billing = { request: 'GET /v1/me', api: 'billing' }
  t.same(await shownTo('billing', billing), { authorization: 'Bearer typed' })
  t.equal(await shownTo('crm', billing), undefined)
  const both = { introspection: { ...INTROSPECTED.introspection, forward: true }, api: 'billing' }
  t.same(
    await shownTo('billing', both),
    { authorization: 'Bearer typed' },
    'or the one that it is said to be of',
  )
  t.equal(await shownTo('crm', both), undefined)
})

t.test('none gets what an authorization server verified', async t => {
  for (const api of ['crm', 'billing']) {
    t.equal(await shownTo(api, INTROSPECTED), undefined, api)
    t.equal(
      await shownTo(api, INTROSPECTED, { request: 'GET /v1/me', api }),
      undefined,
      'nor beside another way',
    )
  }
})
