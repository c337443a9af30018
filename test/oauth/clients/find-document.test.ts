/** Documents are kept as their servers say, failures never, and fetches are limited (N75, N76). */
import t from 'tap'
import { cacheLifetime } from '../../../src/oauth/clients/cache-lifetime.ts'
import { DocumentFailure } from '../../../src/oauth/clients/fetch-document.ts'
import { createDocuments } from '../../../src/oauth/clients/find-document.ts'
import { createMemoryStore } from '../../../src/store/memory/store.ts'
import { codeOf } from './fixtures.ts'

const MINUTE = 60_000
const TOOL = new URL('https://tool.example/client.json')

/** Documents whose server is a function. */
function setUp() {
  const clock = { now: 1_800_000_000_000 }
  const state = {
    fetched: [] as string[],
    cacheControl: undefined as string | undefined,
    respond: async (): Promise<unknown> => ({ n: state.fetched.length }),
  }
  const documents = createDocuments({
    fetchDocument: async url => {
      state.fetched.push(url.href)
      return { body: await state.respond(), cacheControl: state.cacheControl, age: 0 }
    },
    store: createMemoryStore(() => clock.now),
    now: () => clock.now,
    limit: 5_120,
    what: 'metadata',
  })
  const { signal } = new AbortController()
  return {
    ...{ clock, state },
    get: (url = TOOL, from = '192.0.2.1', abort = signal) => documents.get(url, from, abort),
    renew: (url = TOOL, from = '192.0.2.1') => documents.renew(url, from, signal),
  }
}

t.test('kept for as long as its server says, a minute at least and a day at most', async t => {
  const lifetimes: readonly (readonly [string | undefined, number, number])[] = [
    [undefined, 0, 10 * MINUTE],
    ['max-age=300', 0, 5 * MINUTE],
    ['public, MAX-AGE="300"', 0, 5 * MINUTE],
    ['max-age=300', 120, 3 * MINUTE],
    ['max-age=300', 900, MINUTE],
    ['max-age=0', 0, MINUTE],
    ['no-store', 0, MINUTE],
    ['no-cache, max-age=3600', 0, MINUTE],
    ['max-age=31536000', 0, 24 * 60 * MINUTE],
    ['max-age=9999999999', 0, 24 * 60 * MINUTE],
    ['max-age=-1', 0, 10 * MINUTE],
    ['max-age=x', 0, 10 * MINUTE],
  ]
  for (const [cacheControl, age, lifetime] of lifetimes)
    t.equal(cacheLifetime({ cacheControl, age }), lifetime, `${cacheControl} ${age}`)
  const { state, clock, get } = setUp()
  state.cacheControl = 'max-age=300'
  t.strictSame([await get(), await get()], [{ n: 1 }, { n: 1 }])
  clock.now += 5 * MINUTE - 1
  t.strictSame(await get(), { n: 1 })
  clock.now += 1
  t.strictSame(await get(), { n: 2 })
})

t.test('whoever asks at the same time shares one fetch', async t => {
  const { state, get } = setUp()
  const all = await Promise.all(Array.from({ length: 50 }, (_, index) => get(TOOL, `192.0.2.${index}`)))
  t.equal(state.fetched.length, 1)
  t.ok(all.every(body => body === all[0]))
})

t.test('a failure is never kept, and says no more than a stranger may know', async t => {
  const { state, get } = setUp()
  const good = state.respond
  state.respond = () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.1:443'))
  t.match(await get().catch(error => error), {
    code: 'oauth_invalid_client_metadata',
    message: /^The client’s metadata could not be fetched from tool\.example\.$/,
    detail: /ECONNREFUSED/,
  })
  state.respond = () => Promise.reject(new DocumentFailure('its address answers with status 404'))
  t.match(await get().catch(error => error), {
    message:
      'The client’s metadata could not be fetched from tool.example: its address answers with status 404.',
  })
  state.respond = good
  t.match(await get(), { n: 3 }, 'asked again at once')
})

t.test('one address can cause so many fetches, and one origin suffer so many', async t => {
  const { state, get } = setUp()
  state.respond = () => Promise.reject(new Error('down'))
  const url = (index: number) => new URL(`https://victim.example/${index}`)
  for (let i = 0; i < 10; i++)
    t.equal(await codeOf(get(url(i), '192.0.2.1')), 'oauth_invalid_client_metadata')
  t.match(await get(url(11), '192.0.2.1').catch(error => error), {
    code: 'rate_limited',
    headers: { 'Retry-After': /^\d+$/ },
  })
  t.equal(
    await codeOf(get(new URL('https://other.example/1'), '192.0.2.1')),
    'rate_limited',
    'of whatever origin',
  )
  t.equal(state.fetched.length, 10)
  for (let i = 0; i < 100; i++) await codeOf(get(url(i), `198.51.100.${i}`))
  t.equal(state.fetched.length, 60, 'whoever asks')
  t.equal(
    await codeOf(get(new URL('https://third.example/1'), '203.0.113.1')),
    'oauth_invalid_client_metadata',
    'others go on',
  )
})

t.test('a flood of made-up URLs does not keep out the users of a good one', async t => {
  const { state, clock, get } = setUp()
  state.cacheControl = 'max-age=60'
  t.ok(await get())
  for (let i = 0; i < 100; i++) await codeOf(get(new URL(`https://tool.example/${i}`), `198.51.100.${i}`))
  t.equal(state.fetched.length, 60)
  clock.now += MINUTE
  t.ok(await get(TOOL, '198.51.100.1'), 'known to be good, and counted on its own')
})

t.test('renewed at most once a minute', async t => {
  const { state, clock, get, renew } = setUp()
  await get()
  t.match(await renew(), { n: 1 })
  clock.now += MINUTE
  t.match(await renew(), { n: 2 })
  t.match(await get(), { n: 2 })
  t.match(await renew(), { n: 2 })
  t.equal(state.fetched.length, 2)
})

t.test('who goes away disturbs nobody', async t => {
  const { state, get } = setUp()
  const opened: ((body: unknown) => void)[] = []
  state.respond = () => new Promise(resolve => opened.push(resolve))
  const controller = new AbortController()
  const [gone, other] = [get(TOOL, '192.0.2.1', controller.signal), get()]
  controller.abort()
  t.equal(await codeOf(gone), 'cancelled')
  opened[0]?.({ n: 7 })
  t.match(await other, { n: 7 })
})
