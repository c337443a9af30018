import fc from 'fast-check'
import t from 'tap'
import { anyCharacter } from '../any-character.ts'
import { META, openDoor, post } from './fake-door.ts'

const METHODS = [
  'initialize',
  'ping',
  'tools/list',
  'server/discover',
  'notifications/cancelled',
  'toString',
  '__proto__',
]
const VERSIONS = ['2026-07-28', '2025-11-25', '2025-03-26', '2024-11-05', '', 'x']

const id = fc.oneof(fc.integer(), fc.string(), fc.double(), fc.constant(null), fc.jsonValue())
const meta = fc.oneof(
  fc.constant(META),
  fc.jsonValue(),
  fc.record(
    {
      'io.modelcontextprotocol/protocolVersion': fc.oneof(fc.constantFrom(...VERSIONS), fc.jsonValue()),
      'io.modelcontextprotocol/clientInfo': fc.jsonValue(),
      'io.modelcontextprotocol/clientCapabilities': fc.oneof(fc.constant({}), fc.jsonValue()),
    },
    { requiredKeys: [] },
  ),
)
const params = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      _meta: meta,
      name: fc.oneof(fc.constantFrom('echo', 'hidden', 'picture'), fc.jsonValue()),
      arguments: fc.jsonValue(),
      cursor: fc.jsonValue(),
      protocolVersion: fc.oneof(fc.constantFrom(...VERSIONS), fc.jsonValue()),
      notifications: fc.jsonValue(),
    },
    { requiredKeys: [] },
  ),
)
const message = fc.record(
  {
    jsonrpc: fc.oneof({ weight: 9, arbitrary: fc.constant('2.0') }, fc.jsonValue()),
    id,
    method: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...METHODS, 'tools/call') },
      fc.string(),
      fc.jsonValue(),
    ),
    params,
    result: fc.jsonValue(),
  },
  { requiredKeys: ['jsonrpc'] },
)
const body = fc.oneof(
  { weight: 6, arbitrary: message.map(value => JSON.stringify(value)) },
  fc.array(fc.oneof(message, fc.jsonValue()), { maxLength: 60 }).map(value => JSON.stringify(value)),
  fc.json(),
  fc.string({ unit: anyCharacter }),
  fc.uint8Array(),
)
const headers = fc.record(
  {
    'mcp-protocol-version': fc.constantFrom(...VERSIONS),
    'mcp-method': fc.constantFrom(...METHODS, 'tools/call'),
    'mcp-name': fc.constantFrom('echo', '=?base64?ZWNobw==?=', '=?base64?!?='),
    'mcp-session-id': fc.constant('x'),
  },
  { requiredKeys: [] },
)

t.test('no body makes the door fail, and every answer is JSON-RPC', async t => {
  const { url, door } = await openDoor(t)
  await fc.assert(
    fc.asyncProperty(body, headers, async (sent, sentHeaders) => {
      const reply = await post(url, sent, sentHeaders)
      if (reply.status >= 500) return false
      if (reply.status === 202) return reply.text === ''
      const answers = Array.isArray(reply.json) ? reply.json : [reply.json]
      return answers.every(answer => answer.jsonrpc === '2.0' && 'result' in answer !== 'error' in answer)
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 2000) },
  )
  t.strictSame(door.unexpected, [])
})
