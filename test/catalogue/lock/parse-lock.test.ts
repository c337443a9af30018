import t from 'tap'
import { parseLock } from '../../../src/catalogue/lock/parse-lock.ts'
import { renderLock } from '../../../src/catalogue/lock/render-lock.ts'
import { lockOf } from './compile-locked.ts'

const PATHS = {
  '/z/{id}': {
    delete: {
      operationId: 'removeZ',
      servers: [{ url: 'https://api.example.com/other' }],
      responses: {},
    },
  },
  '/a b': { get: { responses: {} } },
  '/things': {
    post: {
      operationId: 'sendThing',
      parameters: [
        { name: 'org', in: 'query', required: true, schema: { type: 'string' } },
        { name: 'size', in: 'query', schema: { type: 'integer' } },
        { name: 'kind', in: 'query', required: true, schema: { type: 'string' } },
      ],
      responses: {},
    },
  },
}
const rules = [
  { match: { path: '/things' }, bind: { org: 'principal.organization' }, when: '"a b" in principal.roles' },
]

t.test('what is written is what is read', async t => {
  const lock = lockOf(PATHS, { rules })
  const text = renderLock(lock)
  const again = parseLock(text, '/postern.lock.json')
  t.equal(renderLock(again), text)
  t.same(
    [...(again.apis.get('billing')?.tools ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1)),
    [...(lock.apis.get('billing')?.tools ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1)),
  )
  const entry = again.apis.get('billing')?.tools.find(({ name }) => name === 'send_thing')
  t.match(entry, {
    operationId: 'sendThing',
    tier: 'manage',
    when: '"a b" in principal.roles',
    bound: ['org'],
    arguments: [
      { name: 'size', required: false },
      { name: 'kind', required: true },
    ],
    origin: undefined,
  })
})

t.test('the text is sorted and one change is a change of few lines', async t => {
  const text = renderLock(lockOf(PATHS, { rules }))
  const reordered = Object.fromEntries(Object.entries(PATHS).toReversed())
  t.equal(renderLock(lockOf(reordered, { rules })), text)
  const changed = renderLock(
    lockOf({ ...PATHS, '/z/{id}': { get: { operationId: 'removeZ', responses: {} } } }, { rules }),
  )
  const before = new Set(text.split('\n'))
  t.ok(changed.split('\n').filter(line => !before.has(line)).length <= 4)
})

t.test('what can not be read is refused with the file and what to do', async t => {
  const entry = { name: 'a', operation: 'GET /a', tier: 'read', scopes: 'read:a', schema: '' }
  const file = (tools: unknown) =>
    JSON.stringify({ lockVersion: 1, apis: [{ name: 'x', prefix: '', tools }] })
  const bad: Record<string, [text: string, message: RegExp]> = {
    'no JSON': ['{', /not JSON/],
    conflict: ['{\n<<<<<<< HEAD\n', /merge conflict/],
    'another version': ['{"lockVersion":2,"apis":[]}', /1/],
    'an unknown key': [file([{ ...entry, allow: '*' }]), /allow/],
    'an illegal name': [file([{ ...entry, name: 'a b' }]), /not a tool name/],
    'no scope': [file([{ ...entry, scopes: '' }]), /scope/],
    'no tier': [file([{ ...entry, tier: 'none' }]), /read/],
    'an unknown hint': [file([{ ...entry, hints: 'harmless' }]), /not hints/],
    'no path': [file([{ ...entry, operation: 'GET' }]), /method and a path/],
    'one name twice': [file([entry, { ...entry, operation: 'GET /b' }]), /a is there twice/],
  }
  t.ok(parseLock(file([entry]), '/l.json'), 'the base of these is good')
  for (const [what, [text, message]] of Object.entries(bad)) {
    try {
      parseLock(text, '/somewhere/postern.lock.json')
      t.fail(`${what} was read`)
    } catch (error) {
      t.match(
        error,
        {
          code: 'configuration_invalid',
          data: { file: '/somewhere/postern.lock.json', problems: [{ message, fix: /postern lock/ }] },
        },
        what,
      )
    }
  }
})
