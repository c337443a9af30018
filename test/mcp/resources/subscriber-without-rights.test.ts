/** Streams stay open for hours; what their caller may changes sooner. */
import { setImmediate } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { Authenticated } from '../../../src/auth/principal.ts'
import { type Gateway, gateway, modern } from '../../offers/gateway.ts'

const INVOICE = 'acme://billing/v1/invoices/inv_1'

/** Two readers of one organisation, of whom the first is not what it was, and a change. */
async function scene(t: Test, lose: (built: Gateway, token: string) => Promise<void>): Promise<string> {
  const built = await gateway(t)
  const token = await built.mint(['read:*'])
  const loser = await listen(built.url, token)
  const keeper = await listen(built.url, await built.mint(['read:*']))
  await lose(built, token)
  const writer = await built.mint(['write:invoices'], { subject: 'bob', organization: 'acme' })
  await modern(built.url, writer, 'tools/call', { name: 'update_invoice', arguments: { id: 'inv_1' } })
  t.match(await keeper.until('updated'), /notifications\/resources\/updated/)
  await setImmediate()
  await built.app.close()
  return loser.until(undefined)
}

t.test('a credential that was revoked is told nothing, not even until its stream is looked at', async t => {
  const text = await scene(t, async ({ app }) => {
    const [first] = await app.store.listTokens()
    await app.store.revokeToken(first?.id ?? '', Date.now())
  })
  t.match(text, /acknowledged/)
  t.notMatch(text, /resources\/updated/)
})

t.test('a caller who lost the scope to read is not told any more', async t => {
  const text = await scene(t, async ({ app }, token) => {
    const [door] = app.doors
    if (door === undefined) throw new Error('no door')
    const authenticate = door.authenticate.bind(door)
    const without = async (...given: Parameters<typeof authenticate>): Promise<Authenticated> => {
      const caller = await authenticate(...given)
      const isLoser = given[0].headers.authorization === `Bearer ${token}`
      return isLoser ? { ...caller, principal: { ...caller.principal, scopes: ['read:plans'] } } : caller
    }
    Object.assign(door, { authenticate: without })
  })
  t.match(text, /acknowledged/)
  t.notMatch(text, /resources\/updated/)
})

async function listen(url: string, token: string) {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  const params = { notifications: { resourceSubscriptions: [INVOICE] }, _meta }
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${token}`,
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'subscriptions/listen',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params }),
  })
  const reader = response.body?.getReader()
  let text = ''
  return {
    /** All that came, up to and with this word; without one, until the stream ends. */
    async until(word: string | undefined): Promise<string> {
      while (word === undefined || !text.includes(word)) {
        const part = await reader?.read()
        if (part === undefined || part.done) return text
        text += Buffer.from(part.value).toString()
      }
      return text
    },
  }
}
