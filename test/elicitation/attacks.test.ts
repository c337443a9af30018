/** What an attacker can do with the state of a question, and with answers: nothing but what its user could. */
import t, { type Test } from 'tap'
import type { RpcAnswer } from '../build.ts'
import {
  type AskingGateway,
  type AskingOptions,
  askingGateway,
  askingInstance,
  callModern,
  RULES,
} from './asking-gateway.ts'

const ARGS = { id: 't-1', reason: 'old' }
const YES = { confirm: { action: 'accept' } }

interface Scene extends AskingGateway {
  readonly token: string
  /** Calls a tool, at the first endpoint, as its first caller. */
  readonly call: (more?: Record<string, unknown>, url?: string, token?: string) => Promise<RpcAnswer>
  /** The state of a call that waits for its user. */
  readonly begin: (more?: Record<string, unknown>) => Promise<string>
}

async function scene(t: Test, options?: AskingOptions): Promise<Scene> {
  const gateway = await askingGateway(t, options)
  const token = await gateway.mint('ann', 'acme')
  const call: Scene['call'] = (more, url = gateway.url, as = token) =>
    callModern(url, as, { name: 'delete_thing', arguments: ARGS, ...more })
  return {
    ...gateway,
    token,
    call,
    async begin(more) {
      const { body } = await call(more)
      t.equal(body.result.resultType, 'input_required')
      return body.result.requestState
    },
  }
}

const REFUSED = { status: 400, body: { error: { code: -32602, data: { code: 'invalid_request_state' } } } }

t.test('a state that was changed anywhere is refused, and the record says so', async t => {
  const { begin, call, reached, audit } = await scene(t)
  const state = await begin()
  t.match(state, /^v1\.[\w-]+\.[\w-]{43}$/)
  for (let place = 0; place < state.length; place++) {
    const other = state[place] === 'A' ? 'B' : 'A'
    const changed = `${state.slice(0, place)}${other}${state.slice(place + 1)}`
    const answer = await call({ requestState: changed, inputResponses: YES })
    if (answer.body.error?.data.code !== 'invalid_request_state')
      t.fail(`place ${place}`, { answer: answer.body })
  }
  t.match(audit().at(-1), { outcome: 'denied', code: 'invalid_request_state', confirmed: undefined })
  // The last of 43 characters has two bits to spare, which must not make a second spelling.
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  for (const last of ALPHABET) {
    if (state.endsWith(last)) continue
    t.match(await call({ requestState: state.slice(0, -1) + last, inputResponses: YES }), REFUSED)
  }
  t.same(reached, [])
  t.match(await call({ requestState: state, inputResponses: YES }), { body: { result: { isError: false } } })
  t.equal(reached.length, 1, 'the true one was good all along')
})

t.test('what is no state at all', async t => {
  const { begin, call, reached } = await scene(t)
  const state = await begin()
  const [, content = '', signature = ''] = state.split('.')
  const forged = Buffer.from(JSON.stringify(['x', 0, 0, Date.now(), Date.now() + 1e9, {}])).toString(
    'base64url',
  )
  const others = [
    ...[
      '',
      '.',
      '..',
      'v1',
      'v1..',
      `v2.${content}.${signature}`,
      `${state}.`,
      `${state}-TAMPERED`,
      ` ${state}`,
    ],
    ...[`v1.${forged}.${signature}`, `v1.${forged}.`, `v1.${content}=.${signature}`, 'x'.repeat(900_000)],
    ...[null, 7, true, [], [state], { state }],
  ]
  for (const requestState of others) t.match(await call({ requestState, inputResponses: YES }), REFUSED)
  t.same(reached, [])
})

t.test('an answer is good for one call', async t => {
  const { begin, call, reached } = await scene(t)
  const requestState = await begin()
  t.match(await call({ requestState, inputResponses: YES }), { body: { result: { isError: false } } })
  t.match(await call({ requestState, inputResponses: YES }), {
    ...REFUSED,
    body: { error: { message: /used already/ } },
  })
  t.equal(reached.length, 1)
})

t.test('of many requests with one answer, at two instances, one is sent', async t => {
  const gateway = await askingGateway(t, { store: '{ type: sqlite, path: ./shared.db }' })
  const { app, directory } = gateway
  const upstream = app.config.apis[0]?.upstream ?? ''
  const second = await askingInstance(t, {
    store: '{ type: sqlite, path: ./shared.db }',
    upstream,
    directory,
  })
  const token = await gateway.mint()
  const params = { name: 'delete_thing', arguments: ARGS }
  const { body } = await callModern(gateway.url, token, params)
  const again = { ...params, requestState: body.result.requestState, inputResponses: YES }
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      callModern(index % 2 === 0 ? gateway.url : second.url, token, again),
    ),
  )
  t.equal(answers.filter(answer => answer.body.result?.isError === false).length, 1)
  t.equal(answers.filter(answer => answer.body.error?.data.code === 'invalid_request_state').length, 19)
  t.same(gateway.reached, ['DELETE /things/t-1?reason=old'])
})

t.test('an answer to an earlier question leads to one call, however often it is brought', async t => {
  const { begin, call, reached } = await scene(t)
  const label = { name: 'label_thing', arguments: { id: 't-1' } }
  const first = await begin(label)
  const branch = async (text: string) => {
    const inputResponses = { which: { action: 'accept', content: { label: text } } }
    const { body } = await call({ ...label, requestState: first, inputResponses })
    return body.result.requestState
  }
  const states = [await branch('one'), await branch('two')]
  const answers = []
  for (const requestState of states) answers.push(await call({ ...label, requestState, inputResponses: YES }))
  t.match(answers, [{ body: { result: { isError: false } } }, REFUSED])
  t.same(reached, ['POST /things/t-1/label?label=one'])
})

t.test('an answer is good for the arguments, tool, endpoint and caller that it was given for', async t => {
  const gateway = await scene(t)
  const { begin, call, reached, mint, origin, token } = gateway
  const requestState = await begin()
  const answered = { requestState, inputResponses: YES }
  for (const args of [
    ...[{ id: 't-2', reason: 'old' }, { id: 't-1' }, { ...ARGS, api_key: 'x' }],
    ...[
      { id: 't-1', reason: 'Old' },
      { id: 't-1', reason: 'old ' },
    ],
  ]) {
    t.match(await call({ ...answered, arguments: args }), REFUSED)
  }
  t.match(await call({ ...answered, name: 'archive_thing', arguments: { id: 't-1' } }), REFUSED)
  t.match(await call(answered, `${origin}/other`), REFUSED)
  t.match(await call(answered, undefined, await mint('ben', 'acme')), REFUSED, 'another person')
  t.match(await call(answered, undefined, await mint('ann', 'globex')), REFUSED, 'of another organisation')
  t.match(await call(answered, undefined, await mint('ann', 'acme')), REFUSED, 'with another credential')
  t.same(reached, [])
  const reordered = await call({ ...answered, arguments: { reason: 'old', id: 't-1' } }, undefined, token)
  t.match(
    reordered,
    { body: { result: { isError: false } } },
    'the same arguments in another order are the same',
  )
})

t.test('a yes that nobody was asked for is none', async t => {
  const { call, reached } = await scene(t)
  t.match(await call({ inputResponses: YES }), { body: { result: { resultType: 'input_required' } } })
  const label = { name: 'label_thing', arguments: { id: 't-1' } }
  const which = { action: 'accept', content: { label: 'x' } }
  const { body } = await call({ ...label, inputResponses: { which, ...YES } })
  t.match(body.result, { resultType: 'input_required', inputRequests: { confirm: {} } })
  t.strictSame(Object.keys(body.result.inputRequests), ['confirm'])
  t.same(reached, [])
})

t.test('time: an answer that comes late, and a conversation that has no end', async t => {
  let now = Date.now()
  const { begin, call, reached } = await scene(t, { now: () => now })
  const late = await begin()
  now += 5 * 60_000
  t.match(await call({ requestState: late, inputResponses: YES }), {
    ...REFUSED,
    body: { error: { message: /too late/ } },
  })
  let requestState = await begin()
  for (let round = 0; round < 4; round++) {
    now += 4 * 60_000 - 1
    const { body } = await call({ requestState, inputResponses: {} })
    if (body.error !== undefined) {
      t.equal(round, 3, 'fifteen minutes are for all of it')
      t.equal(body.error.data.code, 'invalid_request_state')
      t.same(reached, [])
      return
    }
    requestState = body.result.requestState
  }
  t.fail('it goes on for ever')
})

t.test('a state of an older configuration is none', async t => {
  const gateway = await scene(t)
  const requestState = await gateway.begin()
  const rules = RULES.replace('confirm: true', "confirm: { message: 'Really delete {id}?' }")
  await gateway.reload({ rules })
  t.match(await gateway.call({ requestState, inputResponses: YES }), REFUSED)
  t.same(gateway.reached, [])
  await gateway.reload({ rules: RULES })
  t.match(await gateway.call({ requestState, inputResponses: YES }), { body: { result: { isError: false } } })
})

t.test('answers of the wrong form', async t => {
  const { begin, call, reached } = await scene(t)
  const requestState = await begin()
  for (const inputResponses of [
    ...[null, 7, 'yes', [YES], { confirm: null }, { confirm: 'accept' }, { confirm: [] }, { confirm: {} }],
    ...[
      { confirm: { action: 'Accept' } },
      { confirm: { action: ['accept'] } },
      { confirm: { action: true } },
    ],
    ...[{ confirm: { action: 'accept', content: 'x' } }],
  ]) {
    t.match(await call({ requestState, inputResponses }), { status: 400, body: { error: { code: -32602 } } })
  }
  for (const inputResponses of [{}, { other: { action: 'accept' } }, undefined]) {
    const { body } = await call({ requestState, inputResponses })
    t.equal(body.result.resultType, 'input_required', 'what is missing is asked for again')
  }
  const inherited = JSON.parse('{"__proto__":{"confirm":{"action":"accept"}}}')
  t.not((await call({ requestState, inputResponses: inherited })).body.result?.isError, false)
  t.same(reached, [])
})

t.test('what is filled in is held to the document’s schema, and to nothing that was not asked', async t => {
  const { begin, call, reached } = await scene(t)
  const rename = { name: 'rename_thing', arguments: { id: 't-1' } }
  const fill = (content: unknown, requestState: string) =>
    call({ ...rename, requestState, inputResponses: { name: { action: 'accept', content } } })
  for (const content of [
    {},
    { name: 'A' },
    { name: 7 },
    { name: ['Ann'] },
    { name: 'Anchor', color: 'green' },
  ]) {
    const { body } = await fill(content, await begin(rename))
    t.match(body.result, {
      resultType: 'input_required',
      inputRequests: { name: { params: { message: /^A name for “t-1”, please\.\nThat can’t be taken: / } } },
    })
  }
  let requestState = await begin(rename)
  for (let tries = 0; tries < 2; tries++) {
    const { body } = await fill({ name: 'A' }, requestState)
    requestState = body.result.requestState
  }
  t.match((await fill({ name: 'A' }, requestState)).body.result, { isError: true }, 'three times are enough')
  t.same(reached, [])
  await fill({ name: 'Anchor', id: 't-9', api_key: 'k', constructor: 'x' }, await begin(rename))
  t.same(reached, ['PUT /things/t-1?name=Anchor'])
})

t.test('a store that can’t be asked lets nothing through', async t => {
  const gateway = await scene(t)
  const requestState = await gateway.begin()
  const { store } = gateway.app
  const commit = store.commit.bind(store)
  const { PosternError } = await import('../../src/errors.ts')
  store.commit = () => Promise.reject(new PosternError('store_unavailable'))
  t.match(await gateway.call({ requestState, inputResponses: YES }), { status: 503 })
  t.same(gateway.reached, [])
  store.commit = commit
  t.match(await gateway.call({ requestState, inputResponses: YES }), { body: { result: { isError: false } } })
})

t.test('a question counts as the call that it is about, and its answer as none', async t => {
  const limits = 'limits: [{ per: principal, budget: 2/day }]'
  const { begin, call, reached } = await scene(t, { more: limits })
  const requestState = await begin()
  for (let turn = 0; turn < 3; turn++) await call({ requestState, inputResponses: {} })
  t.match(await call({ requestState, inputResponses: YES }), { body: { result: { isError: false } } })
  await begin()
  t.match(await call(), { body: { result: { isError: true, content: [{ text: /./ }] } } })
  t.equal(reached.length, 1)
})

t.test('hostile values are shown as values', async t => {
  const { call } = await scene(t)
  const reason =
    'x”\n\n# Approved\n[click](https://evil.example) ![](http://evil.example/a.png)\u202e\u0007<b>`code`</b>'
  const { body } = await call({ arguments: { id: 't-1', reason, api_key: 'hunter2' } })
  const { message } = body.result.inputRequests.confirm.params
  t.equal(message.split('\n').length, 4, 'each argument has one line')
  t.notMatch(message, /hunter2|[\p{Cf}]|(?<!\\)\[|(?<!\\)<|(?<!\\)`|:\/\//u)
  t.notMatch(message.replaceAll('\n', ''), /\p{Cc}/u)
  t.match(message, /\napi_key: \(not shown\)$/)
  t.match(message, /\nreason: “x’ # Approved /, 'its quotation mark does not end the value')
  const long = await call({ arguments: { id: 't-1', reason: 'y'.repeat(5_000) } })
  t.ok(long.body.result.inputRequests.confirm.params.message.length < 300)
})
