import t from 'tap'
import type { Authenticated, Principal } from '../../../src/auth/principal.ts'
import { completeConfig } from '../../../src/config/complete-config.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { PosternError } from '../../../src/errors.ts'
import type { SealedCredentials } from '../../../src/upstream/credentials/sealed-credentials.ts'
import { createCredentials } from '../../../src/upstream/credentials.ts'
import { makePrincipal } from '../../policy/make-tool.ts'

const VERIFY = { request: 'GET /v1/me', grant: ['read:*'] }
const GIVEN = { authorization: 'Bearer typed' }

interface Options {
  /** `signIn` of the scheme `oauth`. */
  readonly signIn?: readonly object[]
  readonly credentials?: object
  /** What is kept for everybody; undefined: there is no key to open it. */
  readonly kept?: Readonly<Record<string, string>> | 'nothing' | undefined
}

/** Two APIs, `billing` and `crm`, that sign in with what is sealed. */
function setUp({ signIn = [{ type: 'product', verify: VERIFY }], credentials, kept }: Options = {}) {
  const sealed = credentials ?? { type: 'sealed' }
  const apis = ['billing', 'crm'].map(name => ({ name, openapi: './x.json', credentials: sealed }))
  const auth = [{ type: 'token' }, { type: 'oauth', signIn }]
  const config = completeConfig(configSchema.parse({ name: 'acme', apis, auth }), '/etc/postern.yaml')
  const asked: string[] = []
  const records: Pick<SealedCredentials, 'get'> = {
    async get({ api, subject }) {
      asked.push(`${api} ${subject}`)
      return kept === 'nothing' ? undefined : kept
    },
  }
  const choose = createCredentials({
    config,
    baseUrls: new Map(),
    signing: undefined,
    sealed: kept === undefined ? undefined : (records as SealedCredentials),
  })
  return { asked, choose: async (caller: Authenticated, api = 'billing') => choose(caller, api) }
}

const by = (scheme: Principal['scheme'], given?: Authenticated['given']): Authenticated => ({
  principal: { ...makePrincipal(['*']), scheme, schemeIndex: scheme === 'token' ? 0 : 1 },
  forwardable: {},
  ...(given && { given }),
})

t.test('what the caller gave is presented as theirs, without any key of the gateway', async t => {
  const { choose } = setUp()
  t.same(await choose(by('oauth', () => GIVEN)), {
    headers: GIVEN,
    from: 'caller',
    secrets: ['Bearer typed'],
  })
})

t.test('it comes before what is kept for them, of which nobody then asks', async t => {
  const { choose, asked } = setUp({ kept: { authorization: 'Bearer kept' } })
  t.match(await choose(by('oauth', () => GIVEN)), { headers: GIVEN })
  t.same(asked, [])
  t.match(await choose(by('oauth')), { headers: { authorization: 'Bearer kept' }, from: 'gateway' })
  t.match(await choose(by('token')), { headers: { authorization: 'Bearer kept' }, from: 'gateway' })
})

t.test('it goes to the API that verified it, and to no other', async t => {
  const { choose, asked } = setUp({ kept: 'nothing' })
  await t.rejects(
    choose(
      by('oauth', () => GIVEN),
      'crm',
    ),
    { code: 'no_upstream_credential' },
  )
  t.match(asked, [/^crm /], 'what is kept for that API is asked for instead')
  const ofCrm = setUp({ signIn: [{ type: 'product', verify: { ...VERIFY, api: 'crm' } }] })
  t.match(
    await ofCrm.choose(
      by('oauth', () => GIVEN),
      'crm',
    ),
    { headers: GIVEN },
  )
  await t.rejects(ofCrm.choose(by('oauth', () => GIVEN)), { code: 'no_upstream_credential' })
})

t.test('where two APIs verify such credentials, it goes to neither', async t => {
  const signIn = ['billing', 'crm'].map(api => ({ type: 'product', name: api, verify: { ...VERIFY, api } }))
  const { choose } = setUp({ signIn })
  for (const api of ['billing', 'crm']) {
    await t.rejects(
      choose(
        by('oauth', () => GIVEN),
        api,
      ),
      { code: 'no_upstream_credential' },
    )
  }
})

t.test('who gave nothing, and for whom nothing can be kept, has none', async t => {
  const { choose } = setUp()
  await t.rejects(choose(by('oauth')), { code: 'no_upstream_credential' })
  await t.rejects(choose(by('token')), { code: 'no_upstream_credential' })
})

t.test(
  'other headers than those that are configured are refused, with no other credential in their place',
  async t => {
    const pair = ['Email', 'Token']
    const { choose, asked } = setUp({
      signIn: [{ type: 'product', headers: pair, subject: 'Email', verify: VERIFY }],
      credentials: { type: 'sealed', headers: pair, subject: 'Email' },
      kept: { email: 'a@b.example', token: 'kept' },
    })
    t.match(await choose(by('oauth', () => ({ email: 'ada@acme.example', token: 'typed' }))), {
      headers: { email: 'ada@acme.example', token: 'typed' },
      secrets: ['typed'],
    })
    const bad: readonly Record<string, string>[] = [
      GIVEN,
      { token: 'typed' },
      { email: 'a', token: 'b', 'x-more': 'c' },
      {},
    ]
    for (const headers of bad) {
      await t.rejects(choose(by('oauth', () => headers)), { code: 'sealed_credential_unreadable' })
    }
    const broken = () => {
      throw new PosternError('sealed_credential_unreadable')
    }
    await t.rejects(choose(by('oauth', broken)), { code: 'sealed_credential_unreadable' })
    t.same(asked, [])
  },
)
