import t from 'tap'
import { checkTool } from '../../../src/catalogue/profiles/check-tool.ts'
import { CLIENT_LIMITS, type Profile } from '../../../src/catalogue/profiles/client-limits.ts'
import type { JsonObject } from '../../../src/catalogue/tool.ts'

const tool = (properties: JsonObject, root: JsonObject = {}): JsonObject => ({
  name: 'x',
  description: 'Does x.',
  inputSchema: { type: 'object', properties, ...root },
})
const takes = (profile: Profile, definition: JsonObject) => checkTool(definition, profile).length === 0

t.test('a plain tool is taken by every client', async t => {
  const plain = tool({
    text: { type: 'string', enum: ['a', 'b'] },
    list: { type: 'array', items: { type: 'integer', minimum: 1 } },
    map: { type: 'object', additionalProperties: { type: 'boolean' } },
  })
  for (const profile of Object.keys(CLIENT_LIMITS) as Profile[]) {
    t.strictSame(checkTool(plain, profile), [], profile)
    t.strictSame(checkTool(JSON.stringify(plain), profile), [], profile)
  }
})

const REFUSED: readonly [what: string, definition: JsonObject, refusedBy: readonly Profile[]][] = [
  [
    'alternatives at the root',
    tool({}, { anyOf: [] }),
    ['default', 'claude', 'openai', 'gemini', 'cursor', 'vscode'],
  ],
  [
    'an unsafe key',
    tool({ 'a[b]': { type: 'string' } }),
    ['default', 'claude', 'openai', 'gemini', 'cursor', 'vscode'],
  ],
  [
    'an unsafe key far down',
    tool({ a: { type: 'array', items: { type: 'object', properties: { $ref: { type: 'string' } } } } }),
    ['default', 'claude', 'openai', 'gemini', 'cursor', 'vscode'],
  ],
  ['a key of 65 characters', tool({ ['k'.repeat(65)]: { type: 'string' } }), ['default', 'claude']],
  [
    'an array without items',
    tool({ a: { type: 'array' } }),
    ['default', 'openai', 'gemini', 'cursor', 'vscode'],
  ],
  ['no type', tool({ a: { description: 'anything' } }), ['default', 'openai', 'gemini']],
  ['no type of items', tool({ a: { type: 'array', items: {} } }), ['default', 'openai', 'gemini']],
  ['true for a schema', tool({ a: true }), ['default', 'openai', 'gemini', 'cursor', 'vscode']],
  ['true for items', tool({ a: { type: 'array', items: true } }), ['default', 'openai', 'gemini']],
  ['a list of types', tool({ a: { type: ['string', 'null'] } }), ['default', 'openai', 'gemini', 'vscode']],
  ['alternatives', tool({ a: { anyOf: [{ type: 'string' }] } }), ['default', 'openai', 'gemini']],
  [
    'a reference',
    tool({ a: { $ref: '#/$defs/A' } }, { $defs: { A: { type: 'string' } } }),
    ['default', 'openai', 'gemini', 'cursor', 'vscode'],
  ],
  ['a dangling reference', tool({ a: { $ref: '#/$defs/A' } }), ['default', 'claude', 'full', 'cursor']],
  ['const', tool({ a: { type: 'string', const: 'x' } }), ['default', 'gemini', 'openai', 'vscode']],
  ['an enum of numbers', tool({ a: { type: 'integer', enum: [1] } }), ['default', 'gemini', 'vscode']],
  ['a value twice', tool({ a: { type: 'string', enum: ['a', 'a'] } }), ['default', 'vscode', 'full']],
  ['a format', tool({ a: { type: 'string', format: 'uuid' } }), ['default', 'gemini']],
  [
    'lookahead',
    tool({ a: { type: 'string', pattern: '^(?!x)y$' } }),
    ['default', 'openai', 'gemini', 'cursor'],
  ],
  [
    'lookbehind',
    tool({ a: { type: 'string', pattern: '^(?<=x)y$' } }),
    ['default', 'openai', 'gemini', 'cursor'],
  ],
  ['a pattern without anchors', tool({ a: { type: 'string', pattern: 'y' } }), ['default']],
  [
    'a boolean bound',
    tool({ a: { type: 'integer', exclusiveMinimum: true } }),
    ['default', 'claude', 'full'],
  ],
  ['an exclusive bound', tool({ a: { type: 'number', exclusiveMinimum: 0 } }), ['default', 'gemini']],
  ['a long description', { ...tool({}), description: 'x'.repeat(1_025) }, ['default', 'openai', 'gemini']],
  ['a dot in the name', { ...tool({}), name: 'a.b' }, ['default', 'claude', 'full']],
  ['a name of 65 characters', { ...tool({}), name: 'n'.repeat(65) }, ['default', 'claude', 'full']],
  ['an input schema that is no object', { name: 'x', inputSchema: { type: 'string' } }, ['default', 'full']],
]

for (const [what, definition, refusedBy] of REFUSED) {
  t.test(`${what} is refused`, async t => {
    for (const profile of refusedBy) t.notOk(takes(profile, definition), profile)
  })
}

t.test('what only some clients refuse, others take', async t => {
  t.ok(takes('claude', tool({ a: { anyOf: [{ type: ['string', 'null'] }, {}] } })))
  t.ok(takes('claude', tool({ a: { $ref: '#/$defs/A' } }, { $defs: { A: { const: 1 } } })))
  t.ok(takes('gemini', tool({ a: { type: 'string', format: 'date-time' } })))
  t.ok(takes('full', tool({ 'a[b]': true }, { anyOf: [{ type: 'object' }] })))
})

t.test('Cursor counts the server’s name', async t => {
  const long = { ...tool({}), name: 'n'.repeat(50) }
  t.strictSame(checkTool(long, 'cursor', 'acme'), [])
  t.match(checkTool(long, 'cursor', 'acme-billing'), [/together/])
})

t.test('where a problem is, is said', async t => {
  const [problem] = checkTool(tool({ a: { type: 'object', properties: { b: { type: 'array' } } } }), 'openai')
  t.equal(problem, '/properties/a/properties/b: an array without items')
})
