/** N24: headers that say under what name a server is reached change nothing that it says. */
import t from 'tap'
import { build } from './build.ts'

t.test('N24: X-Forwarded-Host and its kin leave every answer as it is', async t => {
  const { url } = await build(t)
  const spoofed = {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-prefix': '/evil',
    'x-forwarded-for': '192.0.2.1',
    forwarded: 'host=evil.example;proto=https;for=192.0.2.1',
    'x-original-url': '/evil',
    'x-real-ip': '192.0.2.1',
  }
  for (const [method, path] of [
    ['POST', '/mcp'],
    ['GET', '/mcp'],
    ['GET', '/api/invoices'],
    ['GET', '/.well-known/oauth-protected-resource'],
    ['GET', '/readyz'],
    ['GET', '/nothing'],
  ] as const) {
    const ask = async (headers: Record<string, string>) => {
      const answer = await fetch(new URL(path, url), {
        method,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...headers,
        },
        body: method === 'POST' ? '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' : null,
      })
      const said = Object.fromEntries([...answer.headers].filter(([name]) => name !== 'date'))
      return { status: answer.status, headers: said, body: await answer.text() }
    }
    const [plain, answer] = [await ask({}), await ask(spoofed)]
    t.strictSame(answer, plain, `${method} ${path}`)
    t.notMatch(JSON.stringify(answer), /evil|192\.0\.2\.1/)
  }
})
