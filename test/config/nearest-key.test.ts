import t from 'tap'
import { nearestKey } from '../../src/config/nearest-key.ts'

const KNOWN = ['publicUrl', 'listen', 'auth', 'apis', 'allowedHosts', 'scopes', 'scopeHierarchy']

t.test('slips of the keyboard and other spellings find their key', async t => {
  const cases: readonly (readonly [string, string])[] = [
    ['publicURL', 'publicUrl'],
    ['public_url', 'publicUrl'],
    ['public-url', 'publicUrl'],
    ['lisetn', 'listen'],
    ['lissten', 'listen'],
    ['atuh', 'auth'],
    ['scope', 'scopes'],
    ['allowedHost', 'allowedHosts'],
  ]
  for (const [key, expected] of cases) t.equal(nearestKey(key, KNOWN), expected, key)
})

t.test('what is far from every key finds none', async t => {
  for (const key of ['', 'x', 'ab', 'banana', 'listening', 'a'.repeat(10_000)]) {
    t.equal(nearestKey(key, KNOWN), undefined, key.slice(0, 20))
  }
})
