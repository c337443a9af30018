/** A request is served by the configuration under which its caller was verified, whatever is taken over meanwhile. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import type { Config } from '../src/config/config.ts'
import { build, rpc } from './build.ts'

/** A product that knows everybody, and answers the question who somebody is when it is let. */
async function product(t: Test) {
  const seen: { readonly path: string; readonly authorization: string | undefined }[] = []
  const asked = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const answer = async (request: IncomingMessage): Promise<object> => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    seen.push({ path, authorization: request.headers.authorization })
    if (path !== '/v1/me') return { data: [] }
    asked.resolve()
    await gate.promise
    return { id: 'ada', organization: { id: 'org' }, token: { scopes: ['*'] }, roles: [] }
  }
  const server: Server = createServer((request, response) => {
    answer(request).then(body => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, seen, asked: asked.promise, answer: gate.resolve }
}

const at = (config: Config, upstream: string): Config => ({
  ...config,
  apis: config.apis.map(api => ({ ...api, upstream })),
})

for (const kind of ['a tool call', 'a plain request'] as const) {
  t.test(`${kind}: a credential that one product verified is not forwarded to the next`, async t => {
    const [before, after] = [await product(t), await product(t)]
    const { app, url, origin, config } = await build(t, config => at(config, before.url))
    const authorization = 'Bearer tally_pat_ada'
    const running =
      kind === 'a tool call'
        ? rpc(url, 'tally_pat_ada', 'tools/call', { name: 'tally_list_workspaces' })
        : fetch(`${origin}/api/v1/workspaces`, { headers: { authorization } })
    await before.asked
    await app.reload(at(config, after.url))
    before.answer()
    t.equal((await running).status, 200)
    t.strictSame(after.seen, [])
    t.strictSame(before.seen, [
      { path: '/v1/me', authorization },
      { path: '/v1/workspaces', authorization },
    ])
  })
}
