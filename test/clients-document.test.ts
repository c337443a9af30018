/** `docs/clients.md` says what `postern connect` says, for every client. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { clientsDocument } from '../scripts/clients-document.ts'
import { GUIDES } from '../src/console/client-snippets.ts'
import { CONNECTION_FAILURES } from '../src/console/connection-failures.ts'

t.test('docs/clients.md is up to date (node scripts/generate-docs.ts)', async t => {
  t.equal(readFileSync(new URL('../docs/clients.md', import.meta.url), 'utf8'), clientsDocument())
})

t.test('every client has its section, and its line of the table leads there', async t => {
  const document = clientsDocument()
  const anchors = [...document.matchAll(/^## (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )
  for (const [client, { title }] of Object.entries(GUIDES)) {
    const [, anchor = ''] = new RegExp(`^\\| \\[.*\\]\\(#(.+)\\) \\| \`${client}\``, 'm').exec(document) ?? []
    t.ok(anchors.includes(anchor), client)
    t.match(document, `## ${title}\n`)
  }
  for (const { seen } of CONNECTION_FAILURES) t.match(document, `| ${seen} |`)
})
