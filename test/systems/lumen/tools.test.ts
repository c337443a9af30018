/** Lumen's nine tools: what each does, for whom, and which gate says no first. */
import t from 'tap'
import { call, connect, rpc, visible } from '../ask.ts'
import { promise } from '../promise.ts'
import { startLumen } from './gateway.ts'

const { product, system, url, token } = await startLumen(t, { LLM_USER_BUDGET_24H_CENTS: '100000' })

const PUBLIC = ['get_course', 'list_courses']
const USER = [
  'ask_tutor',
  'grade_review_card',
  'list_my_due_reviews',
  'list_my_progress',
  'search_lesson_content',
]
const INSTRUCTOR = ['create_course_draft', 'ingest_url_to_draft']
const NINE = [...PUBLIC, ...USER, ...INSTRUCTOR].sort()
const EULER = { course_slug: 'graph-theory', question: 'When is there a walk over every bridge?' }
/** Arguments that each tool takes. */
const ARGUMENTS: Readonly<Record<string, object>> = {
  list_courses: {},
  get_course: { slug: 'graph-theory' },
  search_lesson_content: { course_slug: 'graph-theory', query: 'bridge' },
  ask_tutor: EULER,
  list_my_due_reviews: {},
  grade_review_card: { card_id: 'crd_euler', rating: 3 },
  list_my_progress: {},
  create_course_draft: { brief: 'Knots for sailors' },
  ingest_url_to_draft: { url: 'https://docs.google.com/document/d/1' },
}
/** Every tool’s arguments, with `?` where they may be left out. */
const SIGNATURES = {
  ask_tutor: 'course_slug, question',
  create_course_draft: 'brief, subject_slug?',
  get_course: 'slug',
  grade_review_card: 'card_id, rating',
  ingest_url_to_draft: 'url, course_id?',
  list_courses: 'filter?, limit?',
  list_my_due_reviews: 'limit?',
  list_my_progress: '',
  search_lesson_content: 'course_slug, query, top_k?',
}

promise(t, '002', 'there are nine tools, under these names and with these arguments', async t => {
  const { body } = await rpc(url, await token('u_teacher'), 'tools/list')
  const shown = body.result.tools.map((tool: Listed) => [tool.name, signature(tool)])
  t.same(Object.fromEntries(shown), SIGNATURES)
})

promise(t, '002', 'clients of both eras of MCP connect, plan, learn and write courses', async t => {
  const bearer = await token('u_teacher')
  for (const options of [{}, { versionNegotiation: { mode: { pin: '2026-07-28' } } as const }]) {
    const client = await connect(t, url, bearer, options)
    const { tools } = await client.listTools()
    t.same(tools.map(({ name }) => name).sort(), NINE)
    const draft = { name: 'create_course_draft', arguments: { brief: 'Tides' } }
    t.match(await client.callTool(draft), { structuredContent: { title: 'Tides' } })
  }
})

promise(t, '002', 'list_courses asks the catalog, with a filter and a limit', async t => {
  const bearer = await token('u_ana', ['list_courses'])
  const slugs = async (args: object) =>
    (await answer(bearer, 'list_courses', args)).courses.map(({ slug }: { slug: string }) => slug)
  t.same(await slugs({}), ['graph-theory', 'celestial-navigation'])
  t.same(await slugs({ filter: 'seamanship' }), ['celestial-navigation'])
  t.same(await slugs({ limit: 1 }), ['graph-theory'])
})

promise(t, '002', 'get_course gives a course with its syllabus as a tree', async t => {
  t.match(await answer(await token('u_bo', ['get_course']), 'get_course', { slug: 'graph-theory' }), {
    title: 'Graph theory',
    syllabus: [{ module: 'Paths', lessons: ['Bridges', 'Trees'] }],
  })
})

promise(t, '002', 'search_lesson_content finds passages of one course, best first', async t => {
  const bearer = await token('u_bo', ['search_lesson_content'])
  const search = { course_slug: 'graph-theory', query: 'an edge of a tree, over vertices' }
  const { chunks } = await answer(bearer, 'search_lesson_content', search)
  t.same(chunks, [
    { id: 'chk_2', lesson: 'Trees', text: product.data.chunks[1]?.text },
    { id: 'chk_1', lesson: 'Bridges', text: product.data.chunks[0]?.text },
  ])
  const one = await answer(bearer, 'search_lesson_content', { ...search, top_k: 1 })
  t.same(one.chunks, chunks.slice(0, 1))
})

promise(t, '002', 'ask_tutor answers from the lessons of one course, and cites them', async t => {
  const { answer: text, citations } = await answer(await token('u_ana', ['ask_tutor']), 'ask_tutor', EULER)
  t.match(text, /two places of odd degree/)
  t.match(citations, [{ id: 'chk_1', lesson: 'Bridges' }])
})

promise(t, '002', 'list_my_due_reviews is the caller’s own queue, the most overdue first', async t => {
  const bearer = await token('u_bo', ['list_my_due_reviews'])
  const { cards } = await answer(bearer, 'list_my_due_reviews')
  t.match(cards, [{ id: 'crd_sextant', course_slug: 'celestial-navigation' }])
  t.equal(cards.length, 1)
})

promise(t, '002', 'grade_review_card takes one rating from 1, again, to 4, easy', async t => {
  const bearer = await token('u_bo', ['grade_review_card'])
  for (const rating of [1, 2, 3, 4]) {
    t.match(await answer(bearer, 'grade_review_card', { card_id: 'crd_sextant', rating }), { rating })
  }
  t.match(product.data.cards.get('crd_sextant'), { rating: 4 })
  const before = product.received.length
  for (const rating of [0, 5, 2.5, 'good', null, undefined]) {
    const { body } = await call(url, bearer, 'grade_review_card', { card_id: 'crd_sextant', rating })
    t.ok(body.error ?? body.result.isError, String(rating))
  }
  t.equal(grades(before), 0, 'nothing else reaches the product')
})

promise(t, '002', 'list_my_progress shows completion and mastery, course by course', async t => {
  product.data.enrollments.add('u_teacher celestial-navigation')
  const { courses } = await answer(await token('u_teacher', ['list_my_progress']), 'list_my_progress')
  t.same(courses, [{ course_slug: 'celestial-navigation', completion: 0, mastery: 0 }])
})

promise(t, '002', 'create_course_draft writes an outline from a brief, as a draft of the caller', async t => {
  const bearer = await token('u_teacher', ['create_course_draft'])
  const brief = { brief: 'Splices', subject_slug: 'seamanship' }
  const { id, outline } = await answer(bearer, 'create_course_draft', brief)
  t.same(outline, ['Introduction', 'Splices', 'Exercises'])
  t.match(product.data.drafts.get(id), { owner: 'u_teacher' })
})

promise(
  t,
  '002',
  'ingest_url_to_draft takes videos and documents in, as a new draft or into one',
  async t => {
    const bearer = await token('u_teacher', ['ingest_url_to_draft'])
    for (const host of ['www.youtube.com', 'www.notion.so', 'docs.google.com']) {
      const source = `https://${host}/x`
      t.match(await answer(bearer, 'ingest_url_to_draft', { url: source }), { outline: [source] })
    }
    const more = { url: 'https://youtu.be/y', course_id: 'crs_knots' }
    t.match(await answer(bearer, 'ingest_url_to_draft', more), { outline: ['Bowline', more.url] })
  },
)

promise(t, '002', 'the catalog is open to every caller who is known, and to nobody else', async t => {
  for (const user of ['u_ana', 'u_teacher', 'u_admin']) {
    const bearer = await token(user, PUBLIC)
    for (const name of PUBLIC) t.equal((await attempt(bearer, name)).status, 200, `${user} ${name}`)
  }
  for (const name of PUBLIC) {
    t.match(await attempt(undefined, name), { status: 401, code: 'mcp.token_required' }, name)
  }
})

promise(t, '002', 'the tools of learners are for every user, whatever their role', async t => {
  for (const user of ['u_ana', 'u_teacher']) {
    t.same((await visible(url, await token(user, USER))).sort(), USER, user)
  }
})

promise(t, '002', 'the tutor is for those who are enrolled: others get mcp.tutor.not_enrolled', async t => {
  const bearer = await token('u_bo', ['ask_tutor'])
  const refused = await attempt(bearer, 'ask_tutor')
  t.equal(refused.code, 'mcp.tutor.not_enrolled')
  t.match(refused.text, /not enrolled/)
  t.notMatch(refused.text, /odd degree/)
  t.notOk(
    product.data.modelCalls.some(({ user }) => user === 'u_bo'),
    'no model was asked',
  )
  await system.audited(
    ({ shownCode, subject }) => shownCode === 'mcp.tutor.not_enrolled' && subject === 'u_bo',
  )
})

promise(t, '002', 'who enrols in the product can ask the tutor from then on', async t => {
  const bearer = await token('u_colleague', ['ask_tutor'])
  t.equal((await attempt(bearer, 'ask_tutor')).code, 'mcp.tutor.not_enrolled')
  const enrolled = await fetch(`${system.upstream}/me/enrollments`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${product.session('u_colleague')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ course_slug: 'graph-theory' }),
  })
  t.equal(enrolled.status, 201)
  t.match(await answer(bearer, 'ask_tutor', EULER), { citations: [{ id: 'chk_1' }] })
})

promise(t, '002', 'the owner of a course and administrators ask its tutor without enrolling', async t => {
  for (const user of ['u_teacher', 'u_admin']) {
    t.notOk(product.data.enrollments.has(`${user} graph-theory`))
    t.match(await answer(await token(user, ['ask_tutor']), 'ask_tutor', EULER), { citations: [{}] }, user)
  }
})

promise(t, '002', 'drafts are for instructors and administrators', async t => {
  for (const user of ['u_teacher', 'u_admin']) t.same(await visible(url, await token(user)), NINE, user)
  const learner = await token('u_ana')
  t.same(
    await visible(url, learner),
    NINE.filter(name => !INSTRUCTOR.includes(name)),
  )
  const before = product.data.drafts.size
  for (const name of INSTRUCTOR) t.match(await attempt(learner, name), { status: 403, code: 'access_denied' })
  t.equal(product.data.drafts.size, before)
})

promise(
  t,
  '002',
  'the role is asked after the scope: without it everybody gets mcp.scope.denied',
  async t => {
    for (const user of ['u_ana', 'u_teacher']) {
      const bearer = await token(user, ['list_courses'])
      for (const name of INSTRUCTOR) {
        t.match(await attempt(bearer, name), { status: 403, code: 'mcp.scope.denied' }, `${user} ${name}`)
      }
    }
    // And with the scope, the role is what is missing.
    t.equal((await attempt(await token('u_ana', INSTRUCTOR), 'create_course_draft')).code, 'access_denied')
  },
)

promise(t, '002', 'a client with two scopes calls these two tools; every other one is a 403', async t => {
  const bearer = await token('u_ana', ['ask_tutor', 'list_my_progress'])
  t.same(await visible(url, bearer), ['ask_tutor', 'list_my_progress'])
  for (const name of NINE) {
    const { status, code } = await attempt(bearer, name)
    if (name === 'ask_tutor' || name === 'list_my_progress') t.equal(status, 200, name)
    else t.same([status, code], [403, 'mcp.scope.denied'], name)
  }
})

promise(t, '002', 'each scope is the name of one tool and gives no other; * gives all', async t => {
  for (const name of NINE) t.same(await visible(url, await token('u_teacher', [name])), [name])
  t.same(await visible(url, await token('u_teacher', ['*'])), NINE)
})

promise(
  t,
  '002',
  'every tool is a thin door: it answers what the product answers, and adds nothing',
  async t => {
    const bearer = await token('u_ana')
    const direct = { authorization: `Bearer ${product.session('u_ana')}` }
    for (const [name, path] of [
      ['list_courses', '/courses'],
      ['get_course', '/courses/graph-theory'],
      ['list_my_due_reviews', '/me/reviews/due'],
      ['list_my_progress', '/me/progress'],
    ] as const) {
      const plain = await (await fetch(system.upstream + path, { headers: direct })).json()
      t.same(await answer(bearer, name, ARGUMENTS[name]), plain, name)
    }
  },
)

t.test('what belongs to another learner is not there, and nobody grades it', async t => {
  const bearer = await token('u_bo')
  const before = structuredClone(product.data.cards.get('crd_euler'))
  const stolen = await attempt(bearer, 'grade_review_card')
  t.match(stolen, { isError: true, text: /no such thing/ })
  t.same(product.data.cards.get('crd_euler'), before)
  const drafts = { url: 'https://youtu.be/z', course_id: 'crs_knots' }
  const { body } = await call(url, await token('u_colleague'), 'ingest_url_to_draft', drafts)
  t.equal(body.result.isError, true)
  t.notOk(product.data.drafts.get('crs_knots')?.outline.includes(drafts.url))
})

t.test('an argument can’t leave its place: not to other paths, nor to other users', async t => {
  const bearer = await token('u_bo')
  const before = product.received.length
  for (const slug of ['../me', '..%2fme', 'graph-theory/../../me', 'graph-theory?x=1', '', '.', '%2e%2e']) {
    const { body } = await call(url, bearer, 'get_course', { slug })
    t.ok(body.error ?? body.result.isError, slug)
  }
  for (const extra of [{ user: 'u_ana' }, { sub: 'u_ana' }, { owner: 'u_ana' }]) {
    const { body } = await call(url, bearer, 'list_my_due_reviews', extra)
    t.notMatch(JSON.stringify(body), /crd_euler/)
  }
  const paths = product.received.slice(before).map(({ path }) => path)
  t.notOk(paths.some(path => path.includes('..')))
})

t.test('tools that are none, and headers that claim a role or a user, open nothing', async t => {
  const bearer = await token('u_ana')
  for (const name of [
    'enroll',
    'get_me',
    'getMe',
    'CREATE_COURSE_DRAFT',
    'create_course_draft ',
    '__proto__',
  ]) {
    const { body } = await call(url, bearer, name, { brief: 'x', course_slug: 'celestial-navigation' })
    t.ok(body.error ?? body.result.isError, name)
  }
  const claims = {
    'x-role': 'admin',
    'x-user': 'u_teacher',
    'x-forwarded-user': 'u_teacher',
    'x-scopes': '*',
  }
  const draft = { name: 'create_course_draft', arguments: { brief: 'x' } }
  t.equal((await rpc(url, bearer, 'tools/call', draft, claims)).status, 403)
  await rpc(url, bearer, 'tools/call', { name: 'list_courses' }, claims)
  const seen = product.received.at(-1)?.headers ?? {}
  t.notOk(Object.keys(claims).some(name => name in seen))
})

interface Listed {
  readonly name: string
  readonly inputSchema: { readonly properties?: object; readonly required?: readonly string[] }
}

function signature({ inputSchema: { properties = {}, required = [] } }: Listed): string {
  return Object.keys(properties)
    .map(name => (required.includes(name) ? name : `${name}?`))
    .join(', ')
}

/** What a tool answers. @throws Error where it is an error */
async function answer(bearer: string, name: string, args: object = {}) {
  const { body } = await call(url, bearer, name, args)
  if (body.result?.isError !== false) throw new Error(`${name}: ${JSON.stringify(body)}`)
  return body.result.structuredContent
}

/** A call with arguments that the tool takes, and what came of it. */
async function attempt(bearer: string | undefined, name: string) {
  const { status, body } = await call(url, bearer, name, ARGUMENTS[name])
  const text = body.error?.message ?? body.result.content[0].text
  const code = body.error?.data?.code ?? body.result._meta?.['postern/error']?.code
  return { status, text, code, isError: body.result?.isError }
}

function grades(from: number): number {
  return product.received.slice(from).filter(({ path }) => path.endsWith('/grade')).length
}
