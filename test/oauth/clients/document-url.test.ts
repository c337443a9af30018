/** URLs that may be a client_id (N67). */
import t from 'tap'
import { documentUrl, isDocumentId, keySetUrl } from '../../../src/oauth/clients/document-url.ts'

t.test('https with a name and a path', async t => {
  for (const id of [
    'https://claude.ai/oauth/mcp-oauth-client-metadata',
    'https://vscode.dev/oauth/client-metadata.json',
    'https://chatgpt.com/oauth/Ab_1/client.json',
    'https://xn--bcher-kva.example/a',
    'https://a.example/a%20b',
  ])
    t.equal(documentUrl(id).href, id)
  t.ok(isDocumentId('HTTPS://claude.ai/x'))
  t.notOk(isDocumentId('cli_x'))
})

t.test('nothing else', async t => {
  const bad = [
    'http://claude.ai/x',
    'HTTPS://claude.ai/x',
    'https://Claude.ai/x',
    'https://claude.ai',
    'https://claude.ai/',
    'https://claude.ai/a/../b',
    'https://claude.ai/./a',
    'https://claude.ai/%2e%2e/a',
    'https://claude.ai/a/%2E',
    'https://u@claude.ai/x',
    'https://u:p@claude.ai/x',
    'https://claude.ai:443/x',
    'https://claude.ai:8443/x',
    'https://claude.ai/x?y',
    'https://claude.ai/x?',
    'https://claude.ai/x#y',
    'https://claude.ai/x#',
    'https://claude.ai\\x',
    'https://claude.ai/\\x',
    'https://127.0.0.1/x',
    'https://127.1/x',
    'https://2130706433/x',
    'https://0x7f000001/x',
    'https://0x7f.1/x',
    'https://[::1]/x',
    'https://localhost/x',
    'https://intranet/x',
    'https://claude.ai./x',
    'https:///x',
    'https:claude.ai/x',
    'https://.ai/x',
    'https://-a.ai/x',
    'https://claude.ai/ x',
    ' https://claude.ai/x',
    'https://claude.ai/x\n',
    'https://clаude.ai/x',
    'https://claude.ai/é',
    'https://claude。ai/x',
    'https://claude%2eai/x',
    `https://claude.ai/${'a'.repeat(600)}`,
    'https://a_b.example/x',
    'https://claude.ai/"',
    '',
  ]
  for (const id of bad) {
    t.throws(() => documentUrl(id), { code: 'oauth_invalid_client' }, JSON.stringify(id).slice(0, 60))
    t.throws(() => keySetUrl(id), { code: 'oauth_invalid_client_metadata' })
  }
})
