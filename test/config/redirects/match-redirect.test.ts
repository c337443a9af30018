/** Registered and presented redirect URIs are equal; only a loopback port is free (N28, N29). */
import fc from 'fast-check'
import t from 'tap'
import { matchRedirect } from '../../../src/config/redirects/match-redirect.ts'

t.test('equal to the letter', async t => {
  t.ok(matchRedirect('https://claude.ai/cb?x=1', 'https://claude.ai/cb?x=1'))
  t.ok(matchRedirect('https://claude.ai', 'https://claude.ai/'), 'a missing path is the root')
  t.ok(matchRedirect('https://claude.ai/', 'https://claude.ai'))
  t.ok(matchRedirect('cursor://a.b/c', 'cursor://a.b/c'))
  const different: readonly (readonly [string, string])[] = [
    ['https://claude.ai/cb', 'https://claude.ai/cb/'],
    ['https://claude.ai/cb', 'https://claude.ai/CB'],
    ['https://claude.ai/cb', 'https://claude.ai/cb?x=1'],
    ['https://claude.ai/cb?x=1', 'https://claude.ai/cb'],
    ['https://claude.ai/cb?a=1&b=2', 'https://claude.ai/cb?b=2&a=1'],
    ['https://claude.ai/a%2Fb', 'https://claude.ai/a/b'],
    ['https://claude.ai/a%2fb', 'https://claude.ai/a%2Fb'],
    ['https://claude.ai/cb', 'https://evil.example/cb'],
    ['https://claude.ai/cb', 'https://claude.ai:8443/cb'],
    ['https://claude.ai:8443/cb', 'https://claude.ai:8444/cb'],
    ['https://claude.ai/cb', 'http://localhost/cb'],
    ['cursor://a.b/c', 'cursor://a.b/d'],
    ['com.acme.tool:/', 'com.acme.tool://x'],
    ['com.acme.tool://x', 'com.acme.tool://x/'],
  ]
  for (const [registered, presented] of different)
    t.notOk(matchRedirect(registered, presented), `${registered} ≠ ${presented}`)
})

t.test('the port of a loopback address is free, and nothing else of it', async t => {
  for (const host of ['localhost', '127.0.0.1', '[::1]']) {
    t.ok(matchRedirect(`http://${host}/callback`, `http://${host}:51234/callback`))
    t.ok(matchRedirect(`http://${host}:8787/callback`, `http://${host}:51234/callback`))
    t.ok(matchRedirect(`http://${host}:8787/callback`, `http://${host}/callback`))
    t.ok(matchRedirect(`http://${host}:8787/`, `http://${host}:1`))
    t.notOk(matchRedirect(`http://${host}:8787/callback`, `http://${host}:8787/other`))
    t.notOk(matchRedirect(`http://${host}:8787/callback`, `http://${host}:8787/callback?x=1`))
    t.notOk(matchRedirect(`http://${host}:8787/callback`, `https://${host}:8787/callback`))
  }
  t.notOk(
    matchRedirect('http://localhost/callback', 'http://127.0.0.1:1/callback'),
    'nor are the hosts exchangeable',
  )
  t.notOk(matchRedirect('http://127.0.0.1/callback', 'http://[::1]:1/callback'))
  t.notOk(matchRedirect('http://localhost/callback', 'http://localhost.evil.example/callback'))
  t.notOk(matchRedirect('http://localhost/callback', 'http://localhost:1@evil.example/callback'))
})

t.test('what can’t be read matches nothing, itself included', async t => {
  for (const uri of ['javascript:alert(1)', 'https://a@b/', 'http://evil.example/', ''])
    t.notOk(matchRedirect(uri, uri), uri)
})

t.test('is symmetric, and never joins two hosts', async t => {
  const uri = fc
    .tuple(
      fc.constantFrom('http://', 'https://', 'cursor://'),
      fc.constantFrom('localhost', '127.0.0.1', '[::1]', 'claude.ai'),
      fc.constantFrom('', ':1', ':8080'),
      fc.constantFrom('', '/', '/a', '/b'),
      fc.constantFrom('', '?x=1', '?y'),
    )
    .map(parts => parts.join(''))
  let matched = 0
  fc.assert(
    fc.property(uri, uri, (a, b) => {
      const matches = matchRedirect(a, b)
      if (matches !== matchRedirect(b, a)) throw new Error('not symmetric')
      if (!matches) return
      matched++
      const [first, second] = [new URL(a), new URL(b)]
      if (
        first.hostname !== second.hostname ||
        first.protocol !== second.protocol ||
        first.search !== second.search
      )
        throw new Error(`${a} = ${b}`)
    }),
    { numRuns: 20_000 },
  )
  t.ok(matched > 50, `${matched}`)
})
