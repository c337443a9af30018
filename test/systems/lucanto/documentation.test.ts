/** What Lucanto tells everybody, without a key: an index, the whole, the tools in Markdown. */
import t from 'tap'
import { type Answer, ask, rpc } from '../ask.ts'
import { promise } from '../promise.ts'
import { startSystem } from '../system.ts'
import { createLucanto } from './backend.ts'

const product = createLucanto()
const system = await startSystem(t, 'lucanto', product)
const PAGE = 'https://app.lucanto.eu/api/mcp/v1/tools.md'

promise(t, '004', 'the documentation is there as plain Markdown, at an address that ends in .md', async t => {
  const { headers, body } = await read(system.at(PAGE))
  t.match(headers.get('content-type') ?? '', /^text\/markdown/)
  t.notMatch(body, /<[a-z]/i, 'no HTML')
  const named = [...body.matchAll(/^### (\S+)$/gm)].map(([, name]) => name).sort()
  const { body: list } = await rpc(`${system.origin}/api/mcp/v1`, product.pat(['*']), 'tools/list')
  t.same(
    named,
    list.result.tools.map(({ name }: { name: string }) => name).sort(),
    'every tool, and no other',
  )
  t.match(section(body, 'lucanto_delete_invoice'), /Scope: `manage:invoices`. Can delete/)
  t.match(section(body, 'lucanto_send_invoice'), /Reaches people or systems outside/)
})

promise(t, '004', 'llms.txt is an index of the documentation, and names the MCP server', async t => {
  const { headers, body } = await read(`${system.origin}/llms.txt`)
  t.match(headers.get('content-type') ?? '', /^text\/plain/)
  t.match(body, /^# Lucanto\n\n> List, create/)
  t.match(body, /https:\/\/app\.lucanto\.eu\/api\/mcp\/v1`/, 'where an AI client connects')
  const links = [...body.matchAll(/\]\((https:\/\/app\.lucanto\.eu\/[^)]*)\)/g)].map(([, url = '']) => url)
  t.ok(links.includes(PAGE))
  for (const url of links) t.equal((await ask(system.at(url))).status, 200, url)
})

promise(t, '004', 'llms-full.txt holds the whole documentation in one file', async t => {
  const { body } = await read(`${system.origin}/llms-full.txt`)
  for (const part of [`${system.origin}/llms.txt`, system.at(PAGE)])
    t.ok(body.includes((await read(part)).body))
})

t.test('what is told to everybody holds nothing of anybody', async t => {
  const before = product.received.length
  for (const path of [
    '/llms.txt',
    '/llms-full.txt',
    '/api/mcp/v1/tools.md',
    '/api/mcp/v1/server-card',
    '/',
  ]) {
    const { body } = await ask(system.origin + path, {
      headers: { authorization: `Bearer ${product.pat(['*'])}` },
    })
    const text = JSON.stringify(body)
    t.notMatch(text, /lct_pat_\w{8}|acc_north|wsp_rental|listTokens|127\.0\.0\.1/, path)
  }
  t.equal(product.received.length, before, 'and the product is not asked')
})

async function read(url: string): Promise<Answer> {
  const answer = await ask(url)
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer
}

/** What a page of Markdown says under one heading. */
function section(page: string, heading: string): string {
  return page.split(/^### /m).find(part => part.startsWith(`${heading}\n`)) ?? ''
}
