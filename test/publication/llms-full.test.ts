/** /llms-full.txt: the index and every published tool in one file, or nothing. */
import t from 'tap'
import { textAt } from './sample-site.ts'

const LINK = /\]\(https:\/\/mcp\.acme\.example\/llms-full\.txt\)/

t.test('where strangers are told of no tools, there is none, and the index names none', async t => {
  t.equal(textAt('/llms-full.txt'), undefined)
  t.notMatch(textAt('/llms.txt'), LINK)
})

t.test('holds the index and the page of every published server, and no other', async t => {
  const servers = [
    { path: '/mcp' },
    { path: '/mcp/sales', title: 'Sales' },
    { path: '/mcp/admin', title: 'Admin' },
  ]
  const changes = { servers, publication: { tools: true, servers: ['/mcp', '/mcp/sales'] } }
  const text = textAt('/llms-full.txt', changes) ?? ''
  for (const part of ['/llms.txt', '/mcp/tools.md', '/mcp/sales/tools.md']) {
    const own = textAt(part, changes)
    t.ok(own !== undefined && text.includes(own), part)
  }
  t.notMatch(text, /admin/i)
  t.match(textAt('/llms.txt', changes), LINK)
})
