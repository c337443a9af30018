import fc from 'fast-check'
import t from 'tap'
import { createToolIndex } from '../../../src/catalogue/search/tool-index.ts'
import type { Tier, Tool } from '../../../src/catalogue/tool.ts'
import { anyCharacter } from '../../any-character.ts'
import { makeTool } from '../../policy/make-tool.ts'

interface Said {
  readonly title?: string
  readonly description?: string
  readonly tier?: Tier
  readonly resource?: string
  readonly tags?: readonly string[]
  readonly path?: string
}

function tool(name: string, { tags, path, ...said }: Said = {}): Tool {
  const base = makeTool(name, 'read:x')
  return {
    ...base,
    ...said,
    operation: { ...base.operation, operationId: name, tags: tags ?? [], path: path ?? '/' },
  }
}

const TOOLS = [
  tool('acme_list_invoices', { title: 'List invoices', resource: 'invoices', description: 'Newest first.' }),
  tool('acme_create_invoice', { title: 'Create an invoice', tier: 'write', resource: 'invoices' }),
  tool('acme_delete_invoice', { title: 'Delete an invoice', tier: 'manage', resource: 'invoices' }),
  tool('acme_list_contacts', { title: 'List contacts', resource: 'Contacts', tags: ['people'] }),
  tool('acme_x17', { description: 'Turns an invoice into a PDF.', resource: 'files', path: '/render/{pdf}' }),
]
const index = createToolIndex(TOOLS)
const names = (
  text: string,
  more: { tier?: Tier; resource?: string; limit?: number } = {},
  visible = TOOLS,
) => index.search({ text, limit: 10, ...more }, visible).tools.map(({ name }) => name)

t.test('names, titles, descriptions, tags and paths are looked in', async t => {
  t.equal(names('list invoices')[0], 'acme_list_invoices')
  t.equal(names('remove invoice')[0], 'acme_delete_invoice')
  t.equal(names('people')[0], 'acme_list_contacts')
  t.equal(names('pdf')[0], 'acme_x17')
  t.equal(names('render')[0], 'acme_x17')
  t.same(names('quaternion'), [])
})

t.test('a tool’s exact name finds it first', async t => {
  t.equal(names('acme_x17')[0], 'acme_x17')
  t.equal(names('acme_x17').filter(name => name === 'acme_x17').length, 1)
})

t.test('filters; an empty question lists what they leave, in order', async t => {
  t.same(names('invoice', { tier: 'write' }), ['acme_create_invoice'])
  t.same(names('', { resource: 'contacts' }), ['acme_list_contacts'])
  t.same(
    names('  ', {}),
    TOOLS.map(each => each.name),
  )
  t.same(names('x17', { tier: 'manage' }), [])
})

t.test('the limit cuts, the total counts', async t => {
  const { tools, total } = index.search({ text: 'invoice', limit: 2 }, TOOLS)
  t.equal(tools.length, 2)
  t.equal(total, 4)
})

t.test('only stop words: nothing is found', async t => {
  t.same(names('how do I'), [])
})

t.test('bound arguments are not searched: they are no argument of the tool', async t => {
  const parameter = {
    argument: 'tenant_secret',
    name: 'tenant_secret',
    style: 'form',
    explode: true,
    allowReserved: false,
    json: false,
    required: false,
  } as const
  const open = { ...makeTool('a', 'read:x'), plan: { ...makeTool('a', 'read:x').plan, query: [parameter] } }
  const bound = {
    ...open,
    bind: new Map([['tenant_secret', { source: 'x', members: [], evaluate: () => 'x' }]]),
  }
  const query = { text: 'tenant', limit: 1 }
  t.equal(createToolIndex([open]).search(query, [open]).total, 1)
  t.equal(createToolIndex([bound]).search(query, [bound]).total, 0)
})

const WORDS = ['invoice', 'contact', 'list', 'create', 'delete', 'pdf', 'send', 'acme']
const anyTool = fc
  .record({
    name: fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 4 }),
    title: fc.array(fc.constantFrom(...WORDS), { maxLength: 4 }),
    description: fc.array(fc.constantFrom(...WORDS), { maxLength: 12 }),
  })
  .map(
    ({ name, title, description }) =>
      (position: number) =>
        tool(`${name.join('_')}_${position}`, { title: title.join(' '), description: description.join(' ') }),
  )

t.test('property: what is hidden neither shows nor changes the order of what shows', async t => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyTool, fc.boolean()), { maxLength: 30 }),
      fc.array(fc.oneof(fc.constantFrom(...WORDS), fc.string()), { maxLength: 6 }),
      (made, words) => {
        const tools = made.map(([make], position) => make(position))
        const visible = tools.filter((_, position) => made[position]?.[1])
        const query = { text: words.join(' '), limit: 50 }
        const filtered = createToolIndex(tools).search(query, visible)
        t.same(
          filtered.tools.map(each => each.name),
          createToolIndex(visible)
            .search(query, visible)
            .tools.map(each => each.name),
        )
        return filtered.tools.every(each => visible.includes(each))
      },
    ),
  )
})

t.test('property: any text is answered, the same each time', async t => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 300 }), text => {
      t.same(names(text), names(text))
    }),
  )
})

t.test('10,000 tools: a second at most to index, 5 ms for a question, however hostile', async t => {
  const verbs = ['list', 'create', 'delete', 'update', 'get', 'search', 'send', 'cancel']
  const many = Array.from({ length: 10_000 }, (_, position) =>
    tool(`acme_${verbs[position % 8]}_thing_${position % 977}_part`, {
      title: `${verbs[position % 8]} the part ${position} of thing ${position % 977}`,
      description: `Lorem ipsum dolor sit amet, consectetur ${position} adipiscing elit. `.repeat(8),
      resource: `things${position % 977}`,
      path: `/v1/things${position % 977}/parts/{id}`,
    }),
  )
  const large = createToolIndex(many)
  const start = performance.now()
  large.search({ text: 'x', limit: 1 }, many)
  const built = performance.now() - start
  t.comment(`built in ${Math.round(built)} ms`)
  t.ok(built < 2_000, `${built} ms`)
  const worst = `${verbs.join(' ')} thing part lorem ipsum dolor acme sit amet elit parts ${'z '.repeat(100_000)}`
  for (const text of ['list things', worst]) {
    const times = Array.from({ length: 9 }, () => {
      const before = performance.now()
      large.search({ text, limit: 50 }, many)
      return performance.now() - before
    }).sort((a, b) => a - b)
    t.comment(`${text.slice(0, 20)}: ${times[4]?.toFixed(1)} ms`)
    t.ok((times[4] ?? 0) < 50, `${times[4]} ms`)
  }
})
