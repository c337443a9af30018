import t from 'tap'
import {
  clashingResources,
  createResourceIndex,
  isFixed,
} from '../../../src/catalogue/resources/resource-index.ts'
import { readUriTemplate, templateVariables } from '../../../src/catalogue/resources/uri-template.ts'
import type { Tool } from '../../../src/catalogue/tool.ts'
import { fakeTool } from '../../mcp/fake-door.ts'

function offering(name: string, uri: string, lists: readonly string[] = []): Tool {
  const read = readUriTemplate(uri)
  if (!('template' in read)) throw new Error(read.message)
  const { template } = read
  const variables = templateVariables(template).map(
    variable => [variable, { argument: `${variable}_argument`, isList: lists.includes(variable) }] as const,
  )
  return { ...fakeTool(name), offered: { template, variables: new Map(variables) } }
}

const find = createResourceIndex([
  offering('fixed', 'acme://a/b'),
  offering('one', 'acme://a/{x}'),
  offering('pair', 'acme://c/{x}...{y}'),
  offering('query', 'acme://q{?a,b}', ['b']),
  offering('both', 'urn:t:{x}{?a}'),
  fakeTool('tool'),
])
const found = (uri: string) => {
  const resource = find(uri)
  return resource && [resource.tool.name, resource.arguments]
}

t.test('literals win, values are decoded, and lists are parted before', async t => {
  t.strictSame(found('acme://a/b'), ['fixed', {}])
  t.strictSame(found('acme://a/c%2Fd'), ['one', { x_argument: 'c/d' }], 'validation has the word on it')
  t.strictSame(found('acme://a/__proto__'), ['one', { x_argument: '__proto__' }])
  t.strictSame(found('acme://c/1...2...3'), ['pair', { x_argument: '1', y_argument: '2...3' }])
  t.strictSame(found('acme://q'), ['query', {}])
  t.strictSame(found('acme://q?b=1,2%2C3&a=x+y'), ['query', { b_argument: ['1', '2,3'], a_argument: 'x+y' }])
  t.strictSame(found('acme://q?a'), ['query', { a_argument: '' }])
  t.strictSame(found('urn:t:5?a=1'), ['both', { x_argument: '5', a_argument: '1' }])
})

t.test('all else is nothing', async t => {
  for (const uri of [
    'acme://a',
    'acme://a/',
    'acme://a/B',
    'acme://a/b/',
    'acme://a/b?',
    'acme://a/b?x=1',
    'acme://a/b#f',
    'acme://a/x/y',
    'acme://a/%zz',
    'acme://a/%ff',
    'acme://q?a=1&a=2',
    'acme://q?c=1',
    'acme://q?a=1&',
    'acme://q?toString=1',
    'acme://c/...',
    'ACME://a/b',
    `acme://a/${'x'.repeat(8_192)}`,
    `acme:${'/'.repeat(8_000)}`,
    'urn:t:',
    '',
  ]) {
    t.equal(find(uri), undefined, uri.slice(0, 40))
  }
})

t.test('templates of one shape clash, whatever their variables are called', async t => {
  const [a, b, c] = [offering('a', 'x://p/{i}'), offering('b', 'x://p/{j}{?k}'), offering('c', 'x://p/q')]
  t.strictSame(
    clashingResources([a, b, c]).map(pair => pair.map(({ name }) => name)),
    [['a', 'b']],
  )
  t.strictSame(
    [a, b, c].map(tool => tool.offered && isFixed(tool.offered)),
    [false, false, true],
  )
})
