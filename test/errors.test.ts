/** Every code is documented and used, nothing else is thrown on purpose, and codes stay in their ranges. */
import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { errorReference } from '../scripts/error-reference.ts'
import { ERRORS, PosternError } from '../src/errors.ts'

const root = new URL('..', import.meta.url)
const sources = readdirSync(new URL('src', root), { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts') && name !== 'errors.ts' && !name.startsWith('demo/'))
  .map(name => ({ name, code: readFileSync(new URL(`src/${name}`, root), 'utf8') }))

t.test('docs/errors.md lists exactly the codes of src/errors.ts', async t => {
  t.equal(readFileSync(new URL('docs/errors.md', root), 'utf8'), errorReference(), 'npm run docs writes it')
})

t.test('every code is used', async t => {
  for (const code of Object.keys(ERRORS)) {
    t.ok(
      sources.some(source => source.code.includes(`'${code}'`)),
      code,
    )
  }
})

/** PosternError, what can't happen, and what a caller in the same room always catches. */
const INTERNAL =
  /^(PosternError|Error|RangeError|SyntaxError|ExchangeFailure|DocumentFailure|Incompatible|SkippedOperation)$/

t.test('what is thrown on purpose is a PosternError', async t => {
  const excused = /^(config\/expression|cli\/)/
  for (const { name, code } of sources) {
    if (excused.test(name)) continue
    const thrown = [...code.matchAll(/throw new (\w+)/g)].map(match => match[1])
    // A plain Error is for what can't happen unless Postern itself is wrong; it becomes internal_error.
    for (const type of thrown) t.match(type, INTERNAL, `${name} throws ${type}`)
  }
})

t.test('JSON-RPC codes are the standard ones, the specification’s, or the HTTP status', async t => {
  const reserved = new Set([-32700, -32600, -32601, -32602, -32603, -32020, -32021, -32022])
  for (const [code, { rpcCode, status, message }] of Object.entries(ERRORS)) {
    t.ok(reserved.has(rpcCode) || (rpcCode >= 400 && rpcCode < 600), `${code}: ${rpcCode}`)
    t.ok(Number.isInteger(status) && status >= 200 && status < 600, code)
    t.match(message, /[.!]$/, `${code} is a sentence`)
  }
})

t.test('a PosternError takes what its code says, and keeps the private reason apart', async t => {
  const error = new PosternError('invalid_token', { detail: 'private', data: { a: 1 } })
  t.match(error, { status: 401, rpcCode: 401, code: 'invalid_token', detail: 'private' })
  t.notMatch(error.message, 'private')
})
