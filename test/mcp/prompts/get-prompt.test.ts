import t from 'tap'
import { readTextTemplate } from '../../../src/config/text-template.ts'
import { PosternError } from '../../../src/errors.ts'
import { answerGetPrompt } from '../../../src/mcp/prompts/get-prompt.ts'
import type { Prompt } from '../../../src/mcp/prompts/prompt.ts'
import type { ProtocolVersion } from '../../../src/mcp/versions.ts'
import { fakeDoor } from '../fake-door.ts'
import { contextOf, prepareDoor } from '../prepare-door.ts'

const argument = (name: string, required = false) => ({
  name,
  title: undefined,
  description: undefined,
  required,
  values: [],
  from: undefined,
})

function promptOf(parts: Partial<Prompt>): Prompt {
  return {
    name: 'review',
    description: undefined,
    scopes: [],
    when: undefined,
    ask: undefined,
    arguments: [],
    messages: [{ role: 'user', content: { type: 'text', text: ['Hello'] } }],
    definition: '{"name":"review"}',
    ...parts,
  }
}

/** Asks for the prompt by its name; resources yield their URI, and `gone` refuses. */
async function get(
  parts: Partial<Prompt>,
  args?: unknown,
  { version, name = 'review' }: { version?: ProtocolVersion; name?: unknown } = {},
) {
  const prompt = promptOf(parts)
  const prompts = [prompt]
  const read: string[] = []
  const door = fakeDoor({
    server: { path: '/mcp', tools: [], byName: new Map(), prompts },
    visiblePrompts: () => prompts,
    callTool: async call => {
      read.push(call.name)
      if (call.name.includes('gone')) throw new PosternError('unknown_resource')
      const resource = { uri: call.name, mimeType: 'text/plain', text: `of ${call.name}` }
      return { content: [{ type: 'resource', resource }], structured: undefined, isError: false }
    },
  })
  const params = { name, ...(args !== undefined && { arguments: args }) }
  const request = { kind: 'request', id: 1, method: 'prompts/get', params } as const
  const answer = await answerGetPrompt(request, contextOf(version), prepareDoor(door))
  return { ...JSON.parse(answer), read }
}

t.test('messages come in their order, in the form of the revision that is spoken', async t => {
  const parts: Partial<Prompt> = {
    description: 'Says "hello"',
    messages: [
      { role: 'user', content: { type: 'text', text: ['Hello'] } },
      {
        role: 'assistant',
        content: { type: 'media', block: '{"type":"image","data":"aGk=","mimeType":"image/png"}' },
      },
    ],
  }
  const messages = [
    { role: 'user', content: { type: 'text', text: 'Hello' } },
    { role: 'assistant', content: { type: 'image', data: 'aGk=', mimeType: 'image/png' } },
  ]
  t.same((await get(parts)).result, {
    resultType: 'complete',
    _meta: { server: 'fake' },
    description: 'Says "hello"',
    messages,
  })
  t.same((await get(parts, undefined, { version: '2025-11-25' })).result, {
    description: 'Says "hello"',
    messages,
  })
})

t.test('values are texts of known arguments, put in once', async t => {
  const parts: Partial<Prompt> = {
    arguments: [argument('id', true), argument('note')],
    messages: [
      { role: 'user', content: { type: 'text', text: readTextTemplate('Review {{id}}: {{note}}.') } },
    ],
  }
  const text = async (args: unknown) => (await get(parts, args)).result.messages[0].content.text
  t.equal(await text({ id: '7' }), 'Review 7: .')
  t.equal(await text({ id: '{{note}}', note: '"\n{{id}}' }), 'Review {{note}}: "\n{{id}}.')
  for (const [args, message] of [
    [undefined, /needs the argument id/],
    [{}, /needs the argument id/],
    [{ id: '' }, /needs the argument id/],
    [{ id: 7 }, /id must be a text/],
    [{ id: '7', other: 'x' }, /no argument "other". It takes id, note/],
    [{ id: 'x'.repeat(65_537) }, /longer than 65536/],
    [[], /must be an object/],
    ['x', /must be an object/],
  ] as const) {
    await t.rejects(get(parts, args), { code: 'invalid_params', message }, JSON.stringify(args)?.slice(0, 40))
  }
})

t.test('a resource is read as the caller, with values that stay within their part of the URI', async t => {
  const resource = (uri: string): Partial<Prompt> => ({
    arguments: [argument('id')],
    messages: [{ role: 'user', content: { type: 'resource', uri: readTextTemplate(uri) } }],
  })
  const { read, result } = await get(resource('acme://billing/{{id}}/pdf'), { id: '../7?x#y\ud800' })
  t.same(read, ['acme://billing/..%2F7%3Fx%23y%EF%BF%BD/pdf'])
  t.match(result.messages, [{ content: { type: 'resource', resource: { uri: read[0] } } }])
  t.same((await get(resource('{{id}}'), { id: 'acme://x/1' })).read, ['acme://x/1'], 'the whole URI')
  await t.rejects(get(resource('acme://gone')), { code: 'unknown_resource' })
})

t.test('what is not there', async t => {
  await t.rejects(get({}, undefined, { name: 'other' }), { code: 'unknown_prompt' })
  await t.rejects(get({}, undefined, { name: 7 }), { code: 'invalid_params' })
})
