/**
 * Lumen as far as its tools need it: `node test/systems/lumen/backend.ts [port]`. It takes sessions of its own and what
 * the gateway says of callers: JWTs of two issuers, by two audiences. Roles, enrolment and whose data it is are its own.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { signJwt, verifyJwt } from '../jwt.ts'
import {
  type Call,
  createProduct,
  type Product,
  Refusal,
  type Reply,
  type Routes,
  runByHand,
} from '../product.ts'
import { type Course, type Data, type Draft, sampleData, type User } from './data.ts'

/** The product, and what its own pages would offer. */
export interface Lumen extends Product {
  readonly data: Data
  /** A session of the product's own pages and scripts. */
  readonly session: (user: string) => string
}

/** Who calls, and whether by way of the gateway. */
interface Caller extends User {
  readonly byGateway: boolean
}

/** Of the product's own sessions; the gateway is `issuer`. */
const OWN_ISSUER = 'https://lumen.test'
const AUDIENCE = 'lumen-api'

/**
 * @param key - with which the gateway signs, and with which Lumen signs its own sessions too: the issuer tells them apart
 * @param issuer - the gateway’s
 */
export function createLumen(key: KeyObject, issuer = 'https://mcp.lumen.test'): Lumen {
  const data = sampleData()
  const publicKey = createPublicKey(key)
  const authenticate = (headers: IncomingHttpHeaders): Caller => {
    const token = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? ''
    const claims = verifyJwt(token, publicKey, Date.now())
    const isOwn = claims?.iss === OWN_ISSUER && claims.aud === OWN_ISSUER
    const byGateway = claims?.iss === issuer && claims.aud === AUDIENCE
    const user = isOwn || byGateway ? data.users.get(String(claims?.sub)) : undefined
    if (user === undefined) throw new Refusal(401, 'unauthorized', 'Sign in.')
    return { ...user, byGateway }
  }
  return {
    ...createProduct({ base: '/api/v1', authenticate, routes: routes(data) }),
    data,
    session: sub => signJwt({ iss: OWN_ISSUER, aud: OWN_ISSUER, sub }, key, Date.now()),
  }
}

function routes(data: Data): Routes<Caller> {
  return { ...catalog(data), ...learning(data), ...authoring(data), ...account(data) }
}

function account(data: Data): Routes<Caller> {
  return {
    'GET /me': ({ caller: { id, email, roles } }) => ({ body: { id, email, roles } }),
    'POST /me/enrollments': ({ caller, body }) => {
      const { slug } = courseOf(data, String(membersOf(body).course_slug))
      data.enrollments.add(`${caller.id} ${slug}`)
      return { status: 201, body: { course_slug: slug } }
    },
  }
}

function catalog(data: Data): Routes<Caller> {
  return {
    'GET /courses': ({ query }) => {
      const text = (query.get('filter') ?? '').toLowerCase()
      const found = data.courses.filter(({ title, subject }) =>
        `${title} ${subject}`.toLowerCase().includes(text),
      )
      return { body: { courses: found.slice(0, limitOf(query)).map(shown) } }
    },
    'GET /courses/{slug}': ({ parameters }) => {
      const course = courseOf(data, parameters.slug)
      return { body: { ...shown(course), syllabus: course.syllabus } }
    },
  }
}

function learning(data: Data): Routes<Caller> {
  return {
    'GET /courses/{course_slug}/chunks': ({ caller, parameters, query }) => {
      const { slug } = courseOf(data, parameters.course_slug)
      const text = query.get('query') ?? ''
      const chunks = nearest(data, slug, text, Number(query.get('top_k') ?? 5))
      const feature = caller.byGateway ? 'mcp.search_lesson_content' : 'search'
      const ids = chunks.map(({ id }) => id)
      data.retrievals.push({ user: caller.id, feature, course_slug: slug, query: text, chunks: ids })
      return { body: { chunks } }
    },
    'POST /courses/{course_slug}/tutor': call => {
      const { caller } = call
      const course = courseOf(data, call.parameters.course_slug)
      const mayAsk =
        data.enrollments.has(`${caller.id} ${course.slug}`) ||
        course.owner === caller.id ||
        caller.roles.includes('admin')
      if (!mayAsk)
        throw new Refusal(403, 'not_enrolled', `${caller.email} is not enrolled in ${course.slug}.`)
      const citations = nearest(data, course.slug, String(membersOf(call.body).question), 2)
      meter(data, call, 'ask_tutor')
      return { body: { answer: citations.map(({ text }) => text).join(' '), citations } }
    },
    'GET /me/reviews/due': ({ caller, query }) => {
      const due = [...data.cards.values()].filter(
        ({ owner, rating }) => owner === caller.id && rating === undefined,
      )
      const sorted = due.toSorted((a, b) => a.due.localeCompare(b.due)).slice(0, limitOf(query))
      return { body: { cards: sorted.map(({ owner, ...card }) => card) } }
    },
    'POST /me/reviews/{card_id}/grade': ({ caller, parameters, body }) => {
      const card = data.cards.get(parameters.card_id ?? '')
      if (card?.owner !== caller.id) throw missing()
      const graded = { ...card, rating: Number(membersOf(body).rating), due: '2026-06-01T08:00:00Z' }
      data.cards.set(card.id, graded)
      const { owner, ...answer } = graded
      return { body: answer }
    },
    'GET /me/progress': ({ caller }) => {
      const enrolled = data.courses.filter(({ slug }) => data.enrollments.has(`${caller.id} ${slug}`))
      return { body: { courses: enrolled.map(({ slug }) => progress(data, caller.id, slug)) } }
    },
  }
}

function authoring(data: Data): Routes<Caller> {
  const keep = (draft: Draft): Reply => {
    data.drafts.set(draft.id, draft)
    const { owner, ...answer } = draft
    return { status: 201, body: answer }
  }
  const newId = () => `crs_draft${data.drafts.size + 1}`
  return {
    'POST /drafts': instructors(call => {
      const { brief } = membersOf(call.body)
      meter(data, call, 'create_course_draft')
      const outline = ['Introduction', String(brief), 'Exercises']
      return keep({ id: newId(), owner: call.caller.id, title: String(brief).slice(0, 60), outline })
    }),
    'POST /drafts/ingest': instructors(call => {
      const { url, course_id } = membersOf(call.body)
      const { hostname } = new URL(String(url))
      if (!SOURCES.test(hostname)) throw new Refusal(422, 'unknown_source', 'Lumen can’t read this source.')
      const before = course_id === undefined ? undefined : data.drafts.get(String(course_id))
      if (course_id !== undefined && before?.owner !== call.caller.id) throw missing()
      meter(data, call, 'ingest_url_to_draft')
      const { id = newId(), title = hostname, outline = [] } = before ?? {}
      return keep({ id, owner: call.caller.id, title, outline: [...outline, String(url)] })
    }),
  }
}

const SOURCES = /(^|\.)(youtube\.com|youtu\.be|notion\.so|notion\.site|docs\.google\.com)$/

function instructors(handle: (call: Call<Caller>) => Reply): (call: Call<Caller>) => Reply {
  return call => {
    if (call.caller.roles.some(role => role === 'instructor' || role === 'admin')) return handle(call)
    throw new Refusal(403, 'forbidden', 'This is for instructors.')
  }
}

/** Passages of one course that share words with the text, those with the most first. */
function nearest(data: Data, slug: string, text: string, most: number) {
  const words = new Set(text.toLowerCase().match(/\w{3,}/g))
  return data.chunks
    .filter(({ course }) => course === slug)
    .map(({ course, ...chunk }) => ({
      chunk,
      near: wordsOf(chunk.text).filter(word => words.has(word)).length,
    }))
    .filter(({ near }) => near > 0)
    .toSorted((a, b) => b.near - a.near)
    .slice(0, most)
    .map(({ chunk }) => chunk)
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/\w{3,}/g) ?? []
}

function progress(data: Data, user: string, slug: string): object {
  const cards = [...data.cards.values()].filter(
    ({ owner, course_slug }) => owner === user && course_slug === slug,
  )
  const share = (least: number) =>
    cards.length === 0 ? 0 : cards.filter(({ rating = 0 }) => rating >= least).length / cards.length
  return { course_slug: slug, completion: share(1), mastery: share(3) }
}

function meter(data: Data, { caller }: Call<Caller>, feature: string): void {
  data.modelCalls.push({ user: caller.id, feature: caller.byGateway ? `mcp.${feature}` : feature })
}

function shown({ owner, syllabus, ...course }: Course): object {
  return course
}

function limitOf(query: URLSearchParams): number {
  return Number(query.get('limit') ?? 20)
}

function courseOf(data: Data, slug: string | undefined): Course {
  const course = data.courses.find(candidate => candidate.slug === slug)
  if (course === undefined) throw missing()
  return course
}

function membersOf(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body }
  throw new Refusal(422, 'invalid', 'Send a JSON object.')
}

/** What belongs to somebody else is not there. */
function missing(): Refusal {
  return new Refusal(404, 'not_found', 'There is no such thing for you.')
}

if (import.meta.main) {
  const pem = process.env.LUMEN_SIGNING_KEY
  const key =
    pem === undefined ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey : createPrivateKey(pem)
  const product = createLumen(key, process.env.PUBLIC_URL)
  await runByHand(product, [
    ...(pem === undefined ? ['It knows no gateway: set LUMEN_SIGNING_KEY to the key of the gateway.'] : []),
    `Authorization: Bearer ${product.session('u_admin')}`,
  ])
}
