import t from 'tap'
import { configuredSurface } from '../../../src/catalogue/search/configured-surface.ts'
import { createSearchSurface, type SurfaceOptions } from '../../../src/catalogue/search/search-surface.ts'
import type { Hints, Tier, Tool } from '../../../src/catalogue/tool.ts'
import { makeTool } from '../../policy/make-tool.ts'

const SAFE: Hints = { readOnly: true, destructive: false, idempotent: true, openWorld: false }
const tool = (name: string, tier: Tier, hints: Partial<Hints> = {}): Tool => ({
  ...makeTool(name, `${tier}:x`, undefined, tier),
  hints: { ...SAFE, readOnly: tier === 'read', ...hints },
})

const surface = (tools: readonly Tool[], more: Partial<SurfaceOptions> = {}) =>
  createSearchSurface({ name: 'acme', title: 'Acme Billing', tools, above: 0, isTaken: () => false, ...more })

const all = ({ search, describe, execute }: ReturnType<typeof surface>) => [
  search,
  describe,
  execute.read,
  execute.write,
  execute.manage,
]

t.test('five tools, named after the configuration', async t => {
  const made = surface([tool('a', 'read')])
  t.same(
    all(made).map(({ name }) => name),
    [
      'acme_search_tools',
      'acme_describe_tool',
      'acme_execute_read',
      'acme_execute_write',
      'acme_execute_manage',
    ],
  )
  t.same(made.execute.write.tier, 'write')
})

t.test('a name that a tool of the catalogue has is left to it', async t => {
  const made = surface([], { isTaken: name => name === 'acme_execute_read' })
  t.equal(made.execute.read.name, 'acme_execute_read_2')
  t.match(made.search.description, 'acme_describe_tool')
})

t.test('hints are true of every tool behind', async t => {
  const made = surface([
    tool('a', 'read'),
    tool('b', 'read', { openWorld: true }),
    tool('c', 'write', { idempotent: false }),
    tool('d', 'write', { destructive: true }),
    tool('e', 'manage'),
  ])
  t.same(made.search.hints, SAFE)
  t.same(made.describe.hints, SAFE)
  t.same(made.execute.read.hints, { ...SAFE, openWorld: true })
  t.same(made.execute.write.hints, {
    readOnly: false,
    destructive: true,
    idempotent: false,
    openWorld: false,
  })
  t.match(made.execute.manage.hints, { readOnly: false, destructive: true })
})

t.test('a read tool that changes something, by a rule, makes execute_read say so', async t => {
  t.equal(surface([tool('a', 'read', { readOnly: false })]).execute.read.hints.readOnly, false)
  t.equal(surface([tool('a', 'write', { readOnly: true })]).execute.write.hints.readOnly, false)
})

t.test('definitions are what a list holds, with all four annotations, and name no tool behind', async t => {
  for (const own of all(surface([tool('secret_thing', 'read')]))) {
    const definition = JSON.parse(own.definition)
    t.match(definition, {
      name: own.name,
      title: String,
      description: String,
      inputSchema: { type: 'object' },
    })
    t.equal(Object.keys(definition.annotations).length, 4)
    t.same(definition.inputSchema, own.inputSchema)
    t.notMatch(own.definition, 'secret_thing')
  }
})

t.test('their arguments are validated', async t => {
  const { search, describe } = surface([])
  t.same(search.validate({ query: 'x', tier: 'read', resource: 'y', limit: 50 }), [])
  t.same(search.validate({}), [])
  t.match(search.validate({ limit: 51 }), [{ path: '/limit' }])
  t.match(search.validate({ tier: 'admin' }), [{ path: '/tier' }])
  t.match(search.validate({ q: 'x' }), [{ path: /q/ }])
  t.same(describe.validate({ names: ['a'] }), [])
  t.equal(describe.validate({}).length, 1)
  t.equal(describe.validate({ names: [] }).length, 1)
  t.equal(describe.validate({ names: Array(11).fill('a') }).length, 1)
})

t.test('by configuration: never, always, or above a number', async t => {
  const catalogue = { byName: new Map() }
  const config = { name: 'acme', title: undefined }
  const server = { title: undefined, expose: 'tools', searchAbove: undefined } as const
  t.equal(configuredSurface(config, server, catalogue, []), undefined)
  t.equal(configuredSurface(config, { ...server, expose: 'search' }, catalogue, [])?.above, 0)
  t.equal(configuredSurface(config, { ...server, searchAbove: 80 }, catalogue, [])?.above, 80)
  t.equal(
    configuredSurface(config, { ...server, expose: 'search', searchAbove: 80 }, catalogue, [])?.above,
    80,
  )
  const named = configuredSurface(
    { ...config, title: 'Acme' },
    { ...server, expose: 'search' },
    catalogue,
    [],
  )
  t.match(named?.search.description, 'tools of Acme')
})
