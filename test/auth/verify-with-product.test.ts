import t from 'tap'
import type { AskProduct } from '../../src/auth/ask-product.ts'
import { createProductVerifier, type ProductVerifierOptions } from '../../src/auth/verify-with-product.ts'
import type { VerifyConfig } from '../../src/config/schema.ts'
import { PosternError } from '../../src/errors.ts'
import { VERIFY } from './fixtures.ts'

type Answer = Awaited<ReturnType<AskProduct>>
const ADA: Answer = { status: 200, body: { id: 'ada', email: 'Ada@Acme.example' } }
const credential = (token = 'x', claimed?: string) => ({
  headers: { authorization: `Bearer ${token}` },
  claimed,
})

function setUp(
  answer: Answer | Error | ((question: Parameters<AskProduct>[0]) => Promise<Answer>),
  change?: Partial<VerifyConfig>,
  options?: Partial<ProductVerifierOptions>,
) {
  const clock = { now: 1_000_000 }
  const questions: Parameters<AskProduct>[0][] = []
  const verify = createProductVerifier({
    verify: { ...VERIFY, ...change },
    scheme: 'bearer',
    index: 1,
    now: () => clock.now,
    random: () => 0,
    async ask(question) {
      questions.push(question)
      if (typeof answer === 'function') return answer(question)
      if (answer instanceof Error) throw answer
      return answer
    },
    ...options,
  })
  return {
    clock,
    questions,
    verify: async (...args: Parameters<typeof verify>) => verify(...args),
    direct: verify,
  }
}

t.test('the product is asked with the credential as presented', async t => {
  const { verify, questions } = setUp(ADA, { request: 'POST /v1/check?full=1', api: 'billing' })
  const principal = await verify(credential(), undefined)
  t.match(questions[0], {
    api: 'billing',
    method: 'POST',
    path: '/v1/check?full=1',
    headers: { authorization: 'Bearer x' },
  })
  t.match(principal, { subject: 'ada', scheme: 'bearer', schemeIndex: 1, expiresAt: undefined })
  t.ok(Object.isFrozen(principal) && Object.isFrozen(principal.scopes) && Object.isFrozen(principal.roles))
})

t.test('a good answer holds for its time, synchronously and as the same object', async t => {
  const { verify, direct, questions, clock } = setUp(ADA)
  const first = await verify(credential(), undefined)
  clock.now += 29_999
  t.equal(direct(credential(), undefined), first)
  t.equal(questions.length, 1)
  clock.now += 1
  t.equal(await verify(credential(), undefined), first, 'asked again, the same facts, the same object')
  t.equal(questions.length, 2)
})

t.test('the time counts from the question, not from the answer', async t => {
  const { verify, questions, clock } = setUp(async () => {
    clock.now += 20_000
    return ADA
  })
  await verify(credential(), undefined)
  clock.now += 10_000
  await verify(credential(), undefined)
  t.equal(questions.length, 2)
})

t.test('N16: a credential that the product revoked ends with the cache', async t => {
  const answers = [ADA, { status: 401, body: {} }]
  const { verify, clock } = setUp(async () => answers.shift() ?? ADA)
  await verify(credential(), undefined)
  clock.now += 30_000
  await t.rejects(verify(credential(), undefined), { code: 'invalid_token' })
})

t.test('a changed answer is another principal', async t => {
  const answers = [ADA, { status: 200, body: { id: 'ada', roles: ['admin'] } }]
  const { verify, clock } = setUp(async () => answers.shift() ?? ADA)
  const first = await verify(credential(), undefined)
  clock.now += 30_000
  const second = await verify(credential(), undefined)
  t.not(second, first)
  t.strictSame(second.roles, ['admin'])
})

t.test('cache: 0 asks for every request, also for those at the same time', async t => {
  const { verify, questions } = setUp(ADA, { cache: 0 })
  await Promise.all([verify(credential(), undefined), verify(credential(), undefined)])
  await verify(credential(), undefined)
  t.equal(questions.length, 3)
})

t.test('N2: 401, 403 and 404 refuse, and the refusal holds for its time', async t => {
  for (const status of [401, 403, 404]) {
    const { verify, questions, clock } = setUp({ status, body: ADA.body })
    await t.rejects(verify(credential(), undefined), { code: 'invalid_token', status: 401 })
    clock.now += 4_999
    await t.rejects(verify(credential(), undefined), { code: 'invalid_token' })
    t.equal(questions.length, 1, String(status))
    clock.now += 1
    await t.rejects(verify(credential(), undefined), { code: 'invalid_token' })
    t.equal(questions.length, 2)
  }
})

t.test('everything else accepts nobody, says 503 and is not kept', async t => {
  const answers: (Answer | Error)[] = [
    ...[100, 204, 301, 302, 304, 400, 407, 418, 422, 429, 500, 502, 503].map(status => ({
      status,
      body: status === 204 ? undefined : ADA.body,
    })),
    { status: 200, body: undefined },
    { status: 200, body: '<html>Sign in</html>' },
    { status: 200, body: { error: 'not signed in' } },
    new Error('socket hang up'),
    new PosternError('upstream_timeout'),
    new PosternError('upstream_unreachable', { detail: 'connect ECONNREFUSED' }),
  ]
  for (const answer of answers) {
    const { verify, questions } = setUp(answer)
    const label = answer instanceof Error ? answer.message : `${answer.status} ${JSON.stringify(answer.body)}`
    for (let i = 0; i < 2; i++) {
      await t.rejects(
        verify(credential('s3cret'), undefined),
        { code: 'upstream_unavailable', status: 503, headers: { 'Retry-After': '5' } },
        label,
      )
    }
    t.equal(questions.length, 2, label)
  }
})

t.test('an outage does not end what is still known, and does not make refused callers good', async t => {
  let answer: Answer = ADA
  const { verify, clock } = setUp(async () => answer)
  await verify(credential(), undefined)
  answer = { status: 500, body: undefined }
  clock.now += 1_000
  t.equal((await verify(credential(), undefined)).subject, 'ada')
  clock.now += 30_000
  await t.rejects(verify(credential(), undefined), { code: 'upstream_unavailable' })
})

t.test('equal credentials at the same time are one question, others are not', async t => {
  const gate = Promise.withResolvers<Answer>()
  const { verify, questions } = setUp(() => gate.promise)
  const all = [
    verify(credential('a'), undefined),
    verify(credential('a'), undefined),
    verify(credential('b'), undefined),
  ]
  t.equal(questions.length, 2)
  gate.resolve(ADA)
  const [one, two, three] = await Promise.all(all)
  t.equal(one, two)
  t.not(one, three, 'another credential is another principal, even of the same subject')
  t.not(one?.credentialId, three?.credentialId)
})

t.test('one caller’s leaving does not fail the others', async t => {
  const gate = Promise.withResolvers<Answer>()
  const { verify, questions } = setUp(() => gate.promise)
  const leaving = new AbortController()
  const left = verify(credential(), leaving.signal)
  const stays = verify(credential(), new AbortController().signal)
  leaving.abort()
  await t.rejects(left, { code: 'cancelled' })
  t.equal(questions[0]?.signal?.aborted, false)
  gate.resolve(ADA)
  t.equal((await stays).subject, 'ada')
})

t.test('N19: a claim that the answer does not confirm is refused, and the refusal is kept', async t => {
  const { verify, questions } = setUp(ADA, { identity: 'email' })
  for (const claimed of ['bob@acme.example', 'ada@acme.example.evil', 'ada', '\u212ada@acme.example', '']) {
    const made = credential(`t-${claimed}`, claimed)
    await t.rejects(verify(made, undefined), { code: 'invalid_token', message: /somebody else/ }, claimed)
    await t.rejects(verify(made, undefined), { code: 'invalid_token' })
  }
  t.equal(questions.length, 5)
  t.equal((await verify(credential('a', ' ADA@acme.EXAMPLE '), undefined)).subject, 'ada')
})

t.test('N19: identities that are no mail addresses must be equal to the letter', async t => {
  const { verify } = setUp({ status: 200, body: { id: 'ada', email: 'Ada' } }, { identity: 'email' })
  await t.rejects(verify(credential('a', 'ada'), undefined), { code: 'invalid_token' })
  t.ok(await verify(credential('b', 'Ada'), undefined))
})

t.test('N19: an answer without the identity accepts nobody', async t => {
  const { verify } = setUp({ status: 200, body: { id: 'ada' } }, { identity: 'email' })
  await t.rejects(verify(credential('a', 'ada@acme.example'), undefined), { code: 'upstream_unavailable' })
})

t.test('a flood of refused credentials does not push out a caller who is known', async t => {
  const { verify, questions } = setUp(async ({ headers }) =>
    headers.authorization === 'Bearer good' ? ADA : { status: 401, body: undefined },
  )
  await verify(credential('good'), undefined)
  for (let i = 0; i < 10_100; i++) await verify(credential(`bad-${i}`), undefined).catch(() => {})
  const before = questions.length
  t.equal((await verify(credential('good'), undefined)).subject, 'ada')
  t.equal(questions.length, before)
})

t.test('no error and no principal shows the credential', async t => {
  const seen: unknown[] = []
  for (const answer of [
    ADA,
    { status: 401, body: undefined },
    { status: 500, body: undefined },
    new Error('x'),
  ]) {
    const { verify } = setUp(answer)
    seen.push(await verify(credential('s3cret'), undefined).catch(error => error))
  }
  for (const value of seen) {
    const detail = value instanceof PosternError ? value.detail : ''
    t.notMatch(`${value} ${JSON.stringify(value)} ${detail}`, 's3cret')
  }
})

t.test('positive lifetimes are shortened by up to a tenth, never lengthened; refusals are not', async t => {
  for (const [random, lifetime] of [
    [0, 30_000],
    [0.5, 28_500],
    [0.999999, 27_001],
  ] as const) {
    const { verify, questions, clock } = setUp(ADA, {}, { random: () => random })
    await verify(credential(), undefined)
    clock.now += lifetime - 1
    await verify(credential(), undefined)
    t.equal(questions.length, 1, String(random))
    clock.now += 1
    await verify(credential(), undefined)
    t.equal(questions.length, 2, String(random))
  }
  const refusing = setUp({ status: 401, body: undefined }, {}, { random: () => 0.999999 })
  await t.rejects(refusing.verify(credential(), undefined))
  refusing.clock.now += 4_999
  await t.rejects(refusing.verify(credential(), undefined))
  t.equal(refusing.questions.length, 1)
})

t.test('the same secret gives the same ids on every node, whatever the order of schemes', async t => {
  const id = async (secret: string, token: string, index: number) => {
    const { verify } = setUp(ADA, {}, { secret: () => secret, index })
    return (await verify(credential(token), undefined)).credentialId
  }
  const one = await id('secret-1', 'a', 0)
  t.match(one, /^crd_[\w-]{16}$/)
  t.equal(await id('secret-1', 'a', 3), one)
  t.not(await id('secret-2', 'a', 0), one)
  t.not(await id('secret-1', 'b', 0), one)
})

t.test('after a change of the secret everything is asked anew, refusals too', async t => {
  let secret = 'one'
  const { verify, questions } = setUp(
    async ({ headers }) => (headers.authorization === 'Bearer x' ? ADA : { status: 401, body: undefined }),
    {},
    { secret: () => secret },
  )
  const before = await verify(credential('x'), undefined)
  await t.rejects(verify(credential('y'), undefined))
  secret = 'two'
  const after = await verify(credential('x'), undefined)
  await t.rejects(verify(credential('y'), undefined))
  t.equal(questions.length, 4)
  t.not(after.credentialId, before.credentialId)
})

t.test('a stale answer is dropped, and the number is that from before the question', async t => {
  let sequence = 7
  const seen: number[] = []
  const { verify, questions } = setUp(
    async () => {
      sequence++
      return ADA
    },
    {},
    {
      sequence: () => sequence,
      isStale: (principal, asOf) => {
        seen.push(asOf)
        return principal.subject === 'ada' && asOf < 8
      },
    },
  )
  await verify(credential(), undefined)
  await verify(credential(), undefined)
  t.equal(questions.length, 2, 'the first answer was asked for at 7')
  await verify(credential(), undefined)
  t.equal(questions.length, 2)
  t.strictSame(seen, [7, 8])
})

t.test(
  'a question that began before a revocation is not joined, and does not undo what was learnt since',
  async t => {
    let sequence = 1
    const gates: ((answer: Answer) => void)[] = []
    const { verify, direct } = setUp(
      () => new Promise<Answer>(resolve => gates.push(resolve)),
      {},
      {
        sequence: () => sequence,
        isStale: (_, asOf) => asOf < sequence,
      },
    )
    const early = verify(credential(), undefined)
    sequence = 2
    const late = verify(credential(), undefined)
    t.equal(gates.length, 2)
    gates[1]?.({ status: 200, body: { id: 'ada', roles: ['late'] } })
    t.strictSame((await late).roles, ['late'])
    gates[0]?.({ status: 200, body: { id: 'ada', roles: ['early'] } })
    await early
    const kept = direct(credential(), undefined)
    t.strictSame(kept instanceof Promise ? undefined : kept.roles, ['late'])
  },
)

t.test(
  'a revoked credential is refused by the question after it, though others still wait for the one before',
  async t => {
    let sequence = 1
    const gates: ((answer: Answer) => void)[] = []
    const { verify } = setUp(
      () => new Promise<Answer>(resolve => gates.push(resolve)),
      {},
      {
        sequence: () => sequence,
        isStale: (_, asOf) => asOf < sequence,
      },
    )
    const early = verify(credential(), undefined)
    sequence = 2
    const late = verify(credential(), undefined)
    gates[1]?.({ status: 401, body: undefined })
    await t.rejects(late, { code: 'invalid_token' })
    gates[0]?.(ADA)
    await early
    await t.rejects(
      verify(credential(), undefined),
      { code: 'invalid_token' },
      'what the earlier one said is stale',
    )
  },
)

t.test('Retry-After of the product is passed on, within bounds', async t => {
  for (const [header, expected] of [
    ['17', '17'],
    ['999999', '3600'],
    ['soon', '5'],
  ] as const) {
    const { verify } = setUp({ status: 429, body: undefined, retryAfter: header })
    await t.rejects(verify(credential(), undefined), {
      code: 'upstream_unavailable',
      headers: { 'Retry-After': expected },
    })
  }
})

t.test('a mapped credential is asked about as the configuration says', async t => {
  const { verify, questions } = setUp(ADA, {
    request: 'PUT /check',
    headers: { 'X-Api-Key': { presented: 'authorization' } },
    body: { json: { kind: 'api' } },
  })
  await verify(credential(), undefined)
  t.match(questions[0], { method: 'PUT', path: '/check', body: '{"kind":"api"}' })
  t.strictSame(questions[0]?.headers, { 'x-api-key': 'Bearer x', 'content-type': 'application/json' })
})
