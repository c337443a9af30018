import t from 'tap'
import type { AskProduct } from '../../../src/auth/ask-product.ts'
import type { SignInPause } from '../../../src/auth/attempts/failure-count.ts'
import { guardSignIns } from '../../../src/auth/attempts/guard-sign-ins.ts'
import { createSignInMemory } from '../../../src/auth/attempts/sign-in-memory.ts'
import { createAuthenticator } from '../../../src/auth/authenticate.ts'
import { hashToken } from '../../../src/auth/hash-token.ts'
import { mintToken } from '../../../src/auth/mint-token.ts'
import type { FailedSignInsConfig } from '../../../src/config/schema/failed-sign-ins.ts'
import type { SchemeConfig } from '../../../src/config/schema.ts'
import { PosternError } from '../../../src/errors.ts'
import type { Charge } from '../../../src/store/counter.ts'
import { createMemoryCounters } from '../../../src/store/memory/counters.ts'
import { createMemoryStore } from '../../../src/store/memory/store.ts'
import { oauthScheme } from '../../oauth/oauth-config.ts'
import { BEARER, bearer, createProduct, PAIR, pair, TOKEN } from '../fixtures.ts'
import { createIssuer, createKey, NOW } from '../jwt/issuer.ts'

const MINUTE = 60_000
const CONFIG: FailedSignInsConfig = {
  perAddress: { amount: 5, unit: 'min', window: MINUTE },
  perSubject: { amount: 3, unit: 'min', window: MINUTE },
  perSubjectAnywhere: { amount: 6, unit: 'h', window: 60 * MINUTE },
}
const HERE = '192.0.2.1'
const ELSEWHERE = '192.0.2.2'

interface SetUpOptions {
  readonly auth?: readonly SchemeConfig[]
  readonly ask?: AskProduct
  readonly spend?: (charges: readonly Charge[]) => never
  readonly config?: Partial<FailedSignInsConfig>
}

/** A guarded authenticator, a product that knows `ada` and `bob`, and one clock for all. */
function setUp({ auth = [TOKEN, BEARER, PAIR], ask, spend, config }: SetUpOptions = {}) {
  const clock = { now: 1_700_000_000_000 }
  const product = createProduct()
  const store = createMemoryStore()
  const counters = createMemoryCounters({ clock: () => clock.now })
  const spendings: (readonly Charge[])[] = []
  const pauses: SignInPause[] = []
  const inner = createAuthenticator({
    auth,
    name: 'acme',
    store,
    site: { baseUrl: () => 'https://acme.example', pathOf: url => new URL(url).pathname, keys: undefined },
    verifyWithProduct: ask ?? product.ask,
    now: () => clock.now,
  })
  const guarded = guardSignIns(inner, {
    config: { ...CONFIG, ...config },
    auth,
    store: {
      spend(charges) {
        spendings.push(charges)
        return (spend ?? counters.spend)(charges)
      },
    },
    memory: createSignInMemory(),
    onPause: pause => pauses.push(pause),
    clock: () => clock.now,
  })
  const endpoint = { path: '/mcp' }
  const authenticate = (rawHeaders: readonly string[], from?: string) =>
    guarded.authenticate({ headers: {}, rawHeaders, ...(from !== undefined && { from }) }, endpoint)
  return {
    clock,
    product,
    store,
    spendings,
    pauses,
    authenticate,
    /** The subject that signed in, or the refusal's code, with Retry-After where there is one. */
    async attempt(rawHeaders: readonly string[], from = HERE): Promise<string> {
      try {
        return (await authenticate(rawHeaders, from)).principal.subject
      } catch (error) {
        if (!(error instanceof PosternError)) throw error
        const after = error.headers?.['Retry-After']
        return after === undefined ? error.code : `${error.code} ${after}`
      }
    },
    async mint(expiresAt?: number) {
      const options = { prefix: 'acme_pat_', name: 'x', subject: 'eve', roles: [], scopes: ['*'] }
      const { token, record } = mintToken(options, clock.now)
      await store.createToken({ ...record, expiresAt })
      return token
    },
  }
}

const guess = (number: number) => bearer(`lct_pat_guess-${number}`)

t.test('past the allowance an address has to pause, and the product is not asked', async t => {
  const { attempt, product, spendings } = setUp()
  for (let i = 0; i < 5; i++) t.equal(await attempt(guess(i)), 'invalid_token')
  t.equal(await attempt(guess(5)), 'too_many_attempts 60', 'the first over it was asked about')
  t.equal(product.questions.length, 6)
  for (let i = 6; i < 100; i++) t.equal(await attempt(guess(i)), 'too_many_attempts 60')
  t.equal(product.questions.length, 6)
  t.equal(spendings.length, 6, 'nor the store')
  t.equal(await attempt(guess(0), ELSEWHERE), 'invalid_token', 'others are not affected')
})

t.test('who goes on after a pause waits twice as long, up to a quarter of an hour', async t => {
  const { attempt, clock, product } = setUp()
  for (let i = 0; i < 5; i++) await attempt(guess(i))
  const waits: number[] = []
  for (let i = 5; i < 13; i++) {
    const asked = product.questions.length
    const [code, seconds] = (await attempt(guess(i))).split(' ')
    t.equal(code, 'too_many_attempts')
    t.equal(product.questions.length, asked + 1, 'one attempt after each pause')
    waits.push(Number(seconds))
    clock.now += Number(seconds) * 1_000
  }
  t.same(waits, [60, 60, 120, 240, 480, 900, 900, 900])
  clock.now += 15 * MINUTE
  t.equal(await attempt(guess(20)), 'invalid_token', 'all is forgotten after a quarter of an hour without')
})

t.test('who is behind the same address, and good', async t => {
  const { attempt, mint, clock, product } = setUp()
  const token = await mint()
  t.equal(await attempt(bearer('lct_pat_ada')), 'ada')
  for (let i = 0; i < 6; i++) await attempt(guess(i))
  t.match(await attempt(guess(6)), /^too_many_attempts/)
  t.equal(await attempt(bearer(token)), 'eve', 'a minted token is looked up')
  t.equal(await attempt(bearer('lct_pat_ada')), 'ada', 'known from the cache')
  clock.now += 40_000
  const asked = product.questions.length
  t.equal(await attempt(bearer('lct_pat_ada')), 'ada', 'signed in here before: the product is asked')
  t.equal(product.questions.length, asked + 1)
  t.match(await attempt(bearer('lct_pat_bob')), /^too_many_attempts/, 'a new one has to wait')
  clock.now += MINUTE
  t.equal(await attempt(bearer('lct_pat_bob')), 'bob')
})

t.test('guessing goes nowhere by way of what is known from elsewhere', async t => {
  const { attempt } = setUp()
  t.equal(await attempt(bearer('lct_pat_ada'), ELSEWHERE), 'ada')
  for (let i = 0; i < 6; i++) await attempt(guess(i))
  t.match(await attempt(bearer('lct_pat_ada')), /^too_many_attempts/, 'not even the right one')
  t.equal(await attempt(bearer('lct_pat_ada'), ELSEWHERE), 'ada')
})

t.test('a claimed subject from one address', async t => {
  const { attempt, product } = setUp()
  for (let i = 0; i < 3; i++) {
    t.equal(await attempt(pair('ada@acme.example', `wrong-${i}`)), 'invalid_token')
  }
  t.match(await attempt(pair('ADA@acme.example ', 'wrong-3')), /^too_many_attempts/, 'in any spelling')
  const asked = product.questions.length
  t.match(await attempt(pair('ada@acme.example', 'secret-ada')), /^too_many_attempts/)
  t.equal(product.questions.length, asked)
  t.equal(await attempt(pair('bob@acme.example', 'secret-bob')), 'bob', 'others from there sign in')
  t.equal(await attempt(pair('ada@acme.example', 'secret-ada'), ELSEWHERE), 'ada', 'and the owner elsewhere')
})

t.test('a claimed subject from many addresses', async t => {
  const { attempt, clock } = setUp()
  t.equal(await attempt(pair('ada@acme.example', 'secret-ada'), HERE), 'ada')
  for (let i = 0; i < 6; i++) {
    t.equal(await attempt(pair('ada@acme.example', `wrong-${i}`), `198.51.100.${i}`), 'invalid_token')
  }
  t.equal(await attempt(pair('ada@acme.example', 'wrong-7'), '198.51.100.7'), 'too_many_attempts 900')
  t.match(await attempt(pair('ada@acme.example', 'wrong-8'), '198.51.100.8'), /^too_many_attempts/)
  t.equal(await attempt(pair('ada@acme.example', 'secret-ada'), HERE), 'ada', 'where she signed in before')
  t.match(await attempt(pair('ada@acme.example', 'secret-ada'), ELSEWHERE), /^too_many_attempts/)
  t.equal(await attempt(pair('bob@acme.example', 'secret-bob'), '198.51.100.8'), 'bob')
  clock.now += 60 * MINUTE
  t.equal(await attempt(pair('ada@acme.example', 'secret-ada'), ELSEWHERE), 'ada')
})

t.test(
  'pauses of a subject as a whole do not grow: one attempt now and then would keep its owner out',
  async t => {
    const { attempt, clock } = setUp({
      config: { perSubjectAnywhere: { amount: 6, unit: 'min', window: MINUTE } },
    })
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < 6; i++) {
        t.equal(
          await attempt(pair('ada@acme.example', `wrong-${round}-${i}`), `198.51.${round}.${i}`),
          'invalid_token',
        )
      }
      t.equal(
        await attempt(pair('ada@acme.example', `more-${round}`), `198.51.${round}.7`),
        'too_many_attempts 60',
      )
      clock.now += MINUTE
    }
    t.equal(await attempt(pair('ada@acme.example', 'secret-ada'), ELSEWHERE), 'ada')
  },
)

t.test('a client with one wrong credential in a loop locks nobody out', async t => {
  const { attempt, clock, spendings } = setUp()
  for (let i = 0; i < 200; i++) {
    t.equal(await attempt(bearer('lct_pat_old')), 'invalid_token')
    t.equal(await attempt(bearer('acme_pat_old')), 'invalid_token')
    clock.now += 1_000
  }
  t.equal(spendings.length, 2)
  t.equal(await attempt(bearer('lct_pat_bob')), 'bob')
  for (let i = 0; i < 5; i++) await attempt(guess(i))
  t.equal(await attempt(bearer('acme_pat_old')), 'invalid_token', 'and is told the truth in a pause too')
})

t.test('a credential that was good and has ended is no guess', async t => {
  let ended = false
  const product = createProduct()
  const { attempt, clock, spendings } = setUp({
    ask: question => (ended ? Promise.resolve({ status: 401, body: {} }) : product.ask(question)),
  })
  t.equal(await attempt(bearer('lct_pat_ada')), 'ada')
  ended = true
  clock.now += MINUTE
  t.equal(await attempt(bearer('lct_pat_ada')), 'invalid_token')
  t.equal(spendings.length, 0)
})

t.test('unknown access tokens count, and good ones are accepted all the same', async t => {
  const { attempt, store, clock } = setUp({ auth: [oauthScheme(), BEARER] })
  const part = { grant: 'gra_1', client: 'c', credential: undefined, sealed: undefined }
  const issue = async (path: string) => {
    const oauth = () => ({ ...part, resource: `https://acme.example${path}` })
    const options = { prefix: 'acme_oat_', name: 'x', subject: 'eve', roles: [], scopes: ['*'], oauth }
    const { token, record } = mintToken(options, clock.now)
    await store.createToken(record)
    return token
  }
  const [token, foreign] = [await issue('/mcp'), await issue('/other')]
  for (let i = 0; i < 20; i++) t.equal(await attempt(bearer(foreign)), 'invalid_token', 'no guess')
  for (let i = 0; i < 5; i++) t.equal(await attempt(bearer(`acme_oat_${i}`)), 'invalid_token')
  for (let i = 5; i < 50; i++) t.match(await attempt(bearer(`acme_oat_${i}`)), /^too_many_attempts/)
  t.match(await attempt(bearer('acme_ort_x')), /^too_many_attempts/)
  t.equal(await attempt(bearer(token)), 'eve')
})

t.test('unknown minted tokens count, and good ones are accepted all the same', async t => {
  const { attempt, mint } = setUp()
  const token = await mint()
  for (let i = 0; i < 5; i++) t.equal(await attempt(bearer(`acme_pat_${i}`)), 'invalid_token')
  for (let i = 5; i < 50; i++) t.match(await attempt(bearer(`acme_pat_${i}`)), /^too_many_attempts/)
  t.equal(await attempt(bearer(token)), 'eve')
})

t.test(
  'of JWTs, forged ones count, expired ones are to be refreshed, and good ones are accepted',
  async t => {
    const issuer = await createIssuer(t)
    const { attempt, spendings, clock } = setUp({ auth: [issuer.config()] })
    clock.now = NOW * 1_000
    const other = createKey('k')
    for (let i = 0; i < 50; i++) {
      const token = issuer.sign({ claims: { jti: `old-${i}`, exp: NOW - 3_600 } })
      t.equal(await attempt(bearer(token)), 'invalid_token', 'no guess')
    }
    t.equal(spendings.length, 0)
    t.equal(await attempt(bearer(issuer.sign())), 'ada')
    const forged = (i: number) => bearer(issuer.sign({ key: other, claims: { jti: `forged-${i}` } }))
    for (let i = 0; i < 5; i++) t.equal(await attempt(forged(i)), 'invalid_token')
    for (let i = 5; i < 9; i++) t.match(await attempt(forged(i)), /^too_many_attempts/)
    t.equal(await attempt(bearer(issuer.sign({ claims: { jti: 'new' } }))), 'ada', 'a new one, in the pause')
    const expired = issuer.sign({ claims: { jti: 'over', exp: NOW - 3_600 } })
    t.equal(await attempt(bearer(expired)), 'invalid_token', 'so that clients refresh it')
  },
)

t.test('minted tokens that were revoked or have expired are no guesses', async t => {
  const { attempt, mint, spendings, clock, store } = setUp()
  for (let i = 0; i < 20; i++) {
    const token = await mint(i % 2 === 0 ? clock.now + 1_000 : undefined)
    const latest = (await store.listTokens()).find(({ hash }) => hash === hashToken(token))
    if (i % 2 === 1) t.ok(await store.revokeToken(latest?.id ?? '', clock.now))
    clock.now += 1_000
    t.equal(await attempt(bearer(token)), 'invalid_token')
  }
  t.equal(spendings.length, 0)
})

t.test('good callers cost the store nothing, and what is at hand is answered at once', async t => {
  const { attempt, authenticate, spendings, mint } = setUp()
  const token = await mint()
  await attempt(bearer('lct_pat_ada'))
  t.notOk(authenticate(bearer(token), HERE) instanceof Promise)
  t.notOk(authenticate(bearer('lct_pat_ada'), HERE) instanceof Promise)
  await attempt(guess(1))
  t.notOk(authenticate(bearer('lct_pat_ada'), HERE) instanceof Promise, 'with suspects about, too')
  t.equal(spendings.length, 1)
})

t.test('what is no wrong credential is not counted', async t => {
  const { attempt, spendings } = setUp({
    ask: async () => {
      throw new PosternError('upstream_timeout')
    },
  })
  for (let i = 0; i < 10; i++) {
    t.equal(await attempt([]), 'missing_token')
    t.equal(await attempt([...bearer('a'), ...bearer('b')]), 'ambiguous_credentials')
    t.equal(await attempt(guess(i)), 'upstream_unavailable 5')
  }
  t.equal(spendings.length, 0)
})

t.test('without an address nothing is counted: a process of the caller’s own', async t => {
  const { authenticate, spendings } = setUp()
  for (let i = 0; i < 20; i++) {
    await t.rejects(async () => authenticate(guess(i)), { code: 'invalid_token' })
  }
  t.equal(spendings.length, 0)
})

t.test('a failure that can’t be counted is 503, and is counted when it comes again', async t => {
  let isDown = true
  const { attempt, spendings } = setUp({
    spend: () => {
      if (isDown) throw new PosternError('store_unavailable')
      return { allowed: true, balances: [] } as never
    },
  })
  t.equal(await attempt(guess(1)), 'store_unavailable')
  isDown = false
  t.equal(await attempt(guess(1)), 'invalid_token')
  t.equal(spendings.length, 2)
  t.equal(await attempt(bearer('lct_pat_ada')), 'ada', 'good ones never needed it')
})

t.test('of a /48, more than one /64 may fail, and not all', async t => {
  const { attempt } = setUp()
  let passed = 0
  for (let net = 0; net < 100; net++) {
    if ((await attempt(guess(net), `2001:db8:1:${net.toString(16)}::1`)) === 'invalid_token') passed++
  }
  t.equal(passed, 20)
  t.equal(await attempt(guess(1_000), '2001:db8:2::1'), 'invalid_token')
})

t.test('the log is told once a minute, and not whose address was tried', async t => {
  const { attempt, pauses, clock } = setUp()
  for (let i = 0; i < 50; i++) await attempt(pair('ada@acme.example', `wrong-${i}`))
  t.match(pauses, [{ remoteAddress: HERE, subjectDigest: /^[\w-]{22}$/, pause: MINUTE }])
  t.equal(pauses.length, 1)
  clock.now += MINUTE
  await attempt(pair('ada@acme.example', 'more'))
  t.equal(pauses.length, 2)
  t.notMatch(JSON.stringify(pauses), 'ada')
})

t.test('many at the same time: once one has failed, no more are asked about than may fail', async t => {
  const waiting: (() => void)[] = []
  let asked = 0
  const { attempt } = setUp({
    ask: () => {
      asked++
      return new Promise(resolve => waiting.push(() => resolve({ status: 401, body: {} })))
    },
  })
  const first = attempt(guess(0))
  await Promise.resolve()
  waiting.shift()?.()
  t.equal(await first, 'invalid_token')
  const flood = Array.from({ length: 1_000 }, (_, i) => attempt(guess(i + 1)))
  const refused = await Promise.all(flood.slice(5))
  t.same(new Set(refused), new Set(['too_many_attempts 1']))
  t.equal(asked, 6)
  for (const answer of waiting) answer()
  t.same(await Promise.all(flood.slice(0, 5)), [...Array(4).fill('invalid_token'), 'too_many_attempts 60'])
})
