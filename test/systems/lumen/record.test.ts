/** What Lumen's calls cost, who is charged, what is put on record, and what the registry is told. */
import t from 'tap'
import { call, rpc } from '../ask.ts'
import { promise } from '../promise.ts'
import { startLumen } from './gateway.ts'

/** One draft, 20, and two questions, 2 each. */
const { product, system, url, client, tokenAnswer, token } = await startLumen(t, {
  LLM_USER_BUDGET_24H_CENTS: '25',
})
const DRAFT = ['create_course_draft', { brief: 'Knots' }] as const
const INGEST = ['ingest_url_to_draft', { url: 'https://youtu.be/x' }] as const
const QUESTION = ['ask_tutor', { course_slug: 'graph-theory', question: 'Which tree has an edge?' }] as const
const SEARCH = ['search_lesson_content', { course_slug: 'graph-theory', query: 'bridge' }] as const

promise(
  t,
  '002',
  'the three tools that ask a language model count against one budget of their user',
  async t => {
    const bearer = await token('u_teacher')
    t.notOk(await isSpent(bearer, DRAFT), '20 of 25')
    t.ok(await isSpent(bearer, INGEST), '10 more would be too many')
    t.notOk(await isSpent(bearer, QUESTION), '22')
    t.notOk(await isSpent(bearer, QUESTION), '24')
    const { body } = await call(url, bearer, ...QUESTION)
    t.match(body.result, {
      isError: true,
      content: [{ text: /25 per 24 hours for one user.*costs 2, and 1 is left/ }],
    })
    const refused = await system.audited(
      ({ code, tool }) => code === 'budget_exceeded' && tool === 'ask_tutor',
    )
    t.match(refused, { subject: 'u_teacher', outcome: 'denied' })
    t.equal(asked('u_teacher').length, 3, 'what is refused never reaches a model')
  },
)

promise(
  t,
  '002',
  'the budget is of the user: another client of theirs has no other, another user has',
  async t => {
    const other = await tokenAnswer(await client('u_teacher', ['*']))
    t.ok(await isSpent(other.body.access_token, QUESTION))
    t.notOk(await isSpent(await token('u_admin'), QUESTION))
  },
)

promise(t, '002', 'whoever has spent the budget still searches, reviews and reads', async t => {
  const bearer = await token('u_teacher')
  for (const [name, args] of [SEARCH, ['list_courses', {}], ['list_my_due_reviews', {}]] as const) {
    t.equal((await call(url, bearer, name, args)).body.result.isError, false, name)
  }
})

promise(
  t,
  '002',
  'every call of a model is on the product’s meter, for the user and as one by MCP',
  async t => {
    await call(url, await token('u_colleague'), ...INGEST)
    t.same(asked('u_colleague'), [{ user: 'u_colleague', feature: 'mcp.ingest_url_to_draft' }])
    t.same(
      asked('u_teacher').map(({ feature }) => feature),
      ['mcp.create_course_draft', 'mcp.ask_tutor', 'mcp.ask_tutor'],
    )
  },
)

promise(
  t,
  '002',
  'every search leaves a row at the product: who, by MCP, what was asked and what was fetched',
  async t => {
    const before = product.data.retrievals.length
    for (let count = 0; count < 2; count++) await call(url, await token('u_ana'), ...SEARCH)
    const row = {
      user: 'u_ana',
      feature: 'mcp.search_lesson_content',
      course_slug: 'graph-theory',
      query: 'bridge',
      chunks: ['chk_1'],
    }
    t.same(product.data.retrievals.slice(before), [row, row])
  },
)

promise(
  t,
  '002',
  'every call is put on record with its user and client, those of the public tools too',
  async t => {
    const made = await client('u_bo', ['list_courses'])
    const { body } = await tokenAnswer(made)
    await call(url, body.access_token, 'list_courses')
    await call(url, body.access_token, ...SEARCH)
    const line = await system.audited(({ subject, tool }) => subject === 'u_bo' && tool === 'list_courses')
    t.match(line, { event: 'tool_call', outcome: 'ok', scheme: 'oauth', credential: /^jti_/ })
    const denied = await system.audited(({ subject, outcome }) => subject === 'u_bo' && outcome === 'denied')
    t.match(denied, {
      tool: 'search_lesson_content',
      shownCode: 'mcp.scope.denied',
      code: 'insufficient_scope',
    })
    await system.audited(
      ({ operation, arguments: about }) =>
        operation === 'token_issued' && JSON.stringify(about).includes(made.id),
    )
  },
)

promise(
  t,
  '002',
  'one command prints the registry’s document: name, version, and where the server is',
  async t => {
    const { code, stdout, stderr } = await system.cli('publish')
    t.equal(code, 0, stderr)
    const document = JSON.parse(stdout)
    t.match(document, {
      $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
      title: 'Lumen',
      version: '2.0.0',
      remotes: [{ type: 'streamable-http', url: 'https://mcp.lumen.test/mcp' }],
    })
    const parameters = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 't', version: '1' },
    }
    const { body } = await rpc(url, await token('u_ana'), 'initialize', parameters)
    t.equal(body.result.serverInfo.version, document.version, 'the server says the same version')
  },
)

t.test('nobody spends another user’s budget, or their own twice at the same time', async t => {
  const { body } = await tokenAnswer(await client('u_ana', ['ask_tutor']))
  const together = Array.from({ length: 20 }, () => isSpent(body.access_token, QUESTION))
  t.equal((await Promise.all(together)).filter(spent => !spent).length, 12, '12 times 2 of 25')
  t.equal(asked('u_ana').length, 12)
})

t.test('no token, secret or session is in the audit or the log', async t => {
  const made = await client('u_bo', ['*'])
  const { access_token: bearer } = (await tokenAnswer(made)).body
  await call(url, bearer, ...SEARCH)
  await call(url, `${bearer}x`, ...SEARCH)
  await system.audited(({ event, code }) => event === 'refused' && code === 'invalid_token')
  for (const text of [JSON.stringify(system.audit()), system.logged()]) t.notMatch(text, /eyJ|_ocs_/)
})

/** Whether a call is refused for its cost; any other failure is an error of the test. */
async function isSpent(bearer: string, [name, args]: readonly [string, object]): Promise<boolean> {
  const { body } = await call(url, bearer, name, args)
  const { isError, content } = body.result
  if (isError && !/budget is used up/.test(content[0].text)) throw new Error(content[0].text)
  return isError
}

function asked(user: string) {
  return product.data.modelCalls.filter(entry => entry.user === user)
}
