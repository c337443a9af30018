/** Whatever a file holds, loading it yields a frozen configuration or one PosternError with problems. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { parse, stringify } from 'yaml'
import { loadConfig } from '../../src/config/load.ts'
import { renderProblems } from '../../src/config/render-problems.ts'
import { PosternError } from '../../src/errors.ts'
import { MINIMAL } from './load-text.ts'

const file = join(t.testdir(), 'postern.yaml')

function outcome(text: string): void {
  writeFileSync(file, text)
  try {
    if (!Object.isFrozen(loadConfig(file, { env: { A: 'a', PORT: '80' } }))) throw new Error('not frozen')
  } catch (error) {
    if (!(error instanceof PosternError) || error.code !== 'configuration_invalid') throw error
    const { problems } = error.data as { problems: Parameters<typeof renderProblems>[0] }
    if (problems.length === 0) throw new Error('no problem is named')
    for (const problem of problems) {
      if (problem.message === '' || problem.fix === '')
        throw new Error(`says nothing: ${JSON.stringify(problem)}`)
    }
    renderProblems(problems, file)
  }
}

const keys = fc.constantFrom(
  ...[
    'name',
    'apis',
    'auth',
    'type',
    'tools',
    'rules',
    'match',
    'when',
    'bind',
    'scopes',
    'servers',
    'listen',
  ],
  ...[
    'port',
    'host',
    'credentials',
    'value',
    'verify',
    'request',
    'prefix',
    'header',
    'headers',
    'store',
    'url',
  ],
  ...[
    '__proto__',
    'constructor',
    'limits',
    'toString',
    '',
    'passthrough',
    'path',
    'publicUrl',
    'audit',
    'to',
  ],
)
const scalars = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(
    '$' + '{A}',
    '$' + '{PORT}',
    '$' + '{NOPE}',
    '$' + '{',
    '30s',
    'token',
    'bearer',
    'redis',
    '/mcp',
  ),
)
const { value } = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalars,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(keys, fc.string()), tie('value'), { maxKeys: 6 }),
  ),
}))

t.test('any value at any key of a valid file', async t => {
  const base = parse(MINIMAL) as Record<string, unknown>
  fc.assert(
    fc.property(keys, value, (key, member) => outcome(stringify({ ...base, [key]: member }))),
    { numRuns: 400 },
  )
  t.pass()
})

t.test('any value inside an API, a rule and a scheme', async t => {
  fc.assert(
    fc.property(keys, value, keys, value, (key, member, other, second) => {
      const rule = { match: { tag: 'a' }, [key]: member }
      const api = { name: 'a', openapi: 'a', tools: { rules: [rule], [other]: second }, [key]: second }
      outcome(stringify({ name: 'a', apis: [api], auth: [{ type: 'token', [key]: member }] }))
    }),
    { numRuns: 400 },
  )
  t.pass()
})

t.test('any text', async t => {
  const pieces = fc.constantFrom(
    '&a ',
    '*a',
    '<<: ',
    '- ',
    ': ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '|',
    '>',
    '!x ',
    '\n',
    '  ',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, keys, fc.string()), { maxLength: 40 }), parts =>
      outcome(parts.join('')),
    ),
    { numRuns: 600 },
  )
  t.pass()
})

t.test('a valid file with a piece taken out or doubled', async t => {
  fc.assert(
    fc.property(fc.nat(MINIMAL.length), fc.nat(8), fc.boolean(), (at, length, doubled) => {
      const piece = doubled ? MINIMAL.slice(at, at + length).repeat(2) : ''
      outcome(MINIMAL.slice(0, at) + piece + MINIMAL.slice(at + length))
    }),
    { numRuns: 300 },
  )
  t.pass()
})
