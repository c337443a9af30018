/** A bound value is not the caller's to choose, but it may still be the literal of another operation's path. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createCallTool } from '../src/call-tool.ts'
import { loadCatalogue } from '../src/catalogue/load-catalogue.ts'
import { loadConfig } from '../src/config/load.ts'
import type { ToolCall } from '../src/mcp/call.ts'
import type { UpstreamRequest } from '../src/upstream/build-request.ts'
import type { Upstream } from '../src/upstream/send.ts'

const operation = (operationId: string, parameters: object[] = []) => ({
  operationId,
  parameters,
  responses: { 200: { description: 'ok' } },
})
const orgId = { name: 'org_id', in: 'path', required: true, schema: { type: 'string' } }

t.test(
  'an organisation that is called like another path’s literal is refused, and nothing is sent',
  async t => {
    const folder = t.testdir()
    const document = {
      openapi: '3.1.0',
      info: { title: 'Orgs', version: '1' },
      paths: {
        '/orgs/{org_id}/report': { get: operation('getReport', [orgId]) },
        '/orgs/export/report': { get: operation('exportEverybody') },
      },
    }
    writeFileSync(join(folder, 'orgs.json'), JSON.stringify(document))
    writeFileSync(
      join(folder, 'postern.yaml'),
      `name: orgs
apis:
  - name: orgs
    openapi: ./orgs.json
    upstream: http://127.0.0.1:9
    tools:
      exclude: [{ operation: exportEverybody }]
      rules: [{ match: { operation: getReport }, bind: { org_id: principal.organization } }]
auth: [{ type: token }]
`,
    )
    const { catalogue } = await loadCatalogue(loadConfig(join(folder, 'postern.yaml')))
    const sent: UpstreamRequest[] = []
    const upstream = {
      async send(request: UpstreamRequest) {
        sent.push(request)
        return { status: 200, headers: {}, body: Buffer.from('ok'), path: request.path }
      },
    } as unknown as Upstream
    const callTool = createCallTool({
      decide: () => ({ allow: true }),
      credentials: () => ({ headers: {}, from: 'none' }),
      upstream: () => upstream,
      audit() {},
      onError() {},
    })
    const callAs = (organization: string) =>
      callTool({
        server: { path: '/mcp', tools: catalogue.tools, byName: catalogue.byName },
        caller: { principal: { organization }, forwardable: {} },
        name: 'orgs_get_report',
        arguments: {},
        signal: new AbortController().signal,
        requestId: '1',
        protocolVersion: '2026-07-28',
      } as unknown as ToolCall)

    await callAs('acme')
    t.equal(sent.pop()?.path, '/orgs/acme/report')
    for (const hostile of ['export', 'EXPORT', 'ｅxport']) {
      await t.rejects(callAs(hostile), { code: 'access_denied' }, hostile)
    }
    t.same(sent, [])
  },
)
