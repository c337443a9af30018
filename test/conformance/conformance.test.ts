/**
 * The official conformance suite against a gateway in front of a plain REST backend, once per revision that has
 * a requirement set. What fails is exactly what the lists beside this file name, each with its reason: the baselines what
 * the suite scores, the others what it does not.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import { type App, createApp } from '../../src/app.ts'
import { loadCatalogue } from '../../src/catalogue/load-catalogue.ts'
import type { Config } from '../../src/config/config.ts'
import { loadConfig } from '../../src/config/load.ts'
import { createLog } from '../../src/log.ts'
import { createBackend } from './backend.ts'
import { type Check, runSuite } from './run-suite.ts'

/** Of the gateway; the backend's address comes from the environment. */
const CONFIGURATION = fileURLToPath(new URL('postern.yaml', import.meta.url))

/** Scenarios of which every check passes, in all revisions and in one. Of the others, single checks may fail. */
const OFFERED = [
  'completion-complete',
  'dns-rebinding-protection',
  'prompts-get-embedded-resource',
  'prompts-get-simple',
  'prompts-get-with-args',
  'prompts-get-with-image',
  'prompts-list',
  'resources-list',
  'resources-read-binary',
  'resources-read-text',
  'resources-templates-read',
  'tools-call-audio',
  'tools-call-embedded-resource',
  'tools-call-error',
  'tools-call-image',
  'tools-call-mixed-content',
  'tools-call-simple-text',
  'tools-call-with-progress',
  'tools-list',
]
const REVISIONS = {
  '2025-11-25': [
    ...OFFERED,
    'elicitation-sep1034-defaults',
    'elicitation-sep1330-enums',
    'ping',
    'resources-subscribe',
    'resources-unsubscribe',
    'server-initialize',
    'server-sse-multiple-streams',
    'tools-call-elicitation',
  ],
  '2026-07-28': [
    ...OFFERED,
    'caching',
    'http-custom-header-server-validation',
    'http-header-validation',
    'input-required-result-basic-elicitation',
    'input-required-result-ignore-extra-params',
    'input-required-result-missing-input-response',
    'input-required-result-multi-round',
    'input-required-result-non-tool-request',
    'input-required-result-request-state',
    'input-required-result-result-type',
    'input-required-result-tampered-state',
    'input-required-result-unsupported-methods',
    'input-required-result-validate-input',
    'sep-2164-resource-not-found',
    'server-sse-multiple-streams',
  ],
}

for (const [revision, whole] of Object.entries(REVISIONS)) {
  const listed = (kind: string) => fileURLToPath(new URL(`${kind}-${revision}.yaml`, import.meta.url))
  const baseline = listed('baseline')
  const lists = [baseline, listed('unscored')]

  t.test(`the requirement set ${revision} fails where the baseline says and nowhere else`, async t => {
    const { url, directory } = await build(t)
    const output = join(directory, 'results')
    const args = ['server', '--url', url, '--requirements', revision, '--expected-failures', baseline]
    const { exitCode, printed, checks } = await runSuite({ args, output })
    const failing = checks.filter(({ status }) => status === 'FAILURE' || status === 'WARNING')

    t.comment(summary(revision, checks))
    t.equal(exitCode, 0, 'the suite is content', exitCode === 0 ? {} : { printed: printed.slice(-4000) })
    // Stricter than the suite, which is content with the baseline alone: what it doesn't score counts too, and an
    // entry that no check bears out is stale.
    t.strictSame(
      [...new Set(failing.map(entryOf))].toSorted(),
      lists.flatMap(entriesOf).toSorted(),
      'what fails is what is listed',
      { messages: failing.map(check => `${entryOf(check)} ${check.message}`) },
    )
    for (const scenario of whole) {
      const own = checks.filter(check => check.scenario === scenario)
      t.ok(
        own.some(({ status }) => status === 'SUCCESS'),
        `${scenario} shows something`,
      )
      t.strictSame(failing.filter(check => check.scenario === scenario).map(entryOf), [])
    }
  })

  t.test(`the lists of ${revision} name single checks, and a reason for each`, async t => {
    const entries = lists.flatMap(entriesOf)
    t.equal(new Set(entries).size, entries.length, 'none twice')
    for (const entry of entries) {
      const [scenario = '', check = ''] = entry.split(':')
      t.not(check, '', `${entry} is one check`)
      t.notOk(whole.includes(scenario), `${entry} is nothing that the gateway offers in full`)
    }
    const paragraphs = lists.flatMap(list => readFileSync(list, 'utf8').trim().split(/\n\n+/))
    for (const paragraph of paragraphs.filter(text => /^ {2}- /m.test(text))) {
      t.match(paragraph, /^(?:server:\n)? {2}# \S.*\S/, `${paragraph.slice(0, 60)}… starts with its reason`)
    }
  })
}

t.test('the backend’s document is valid and compiles whole, with the operation in preview too', async t => {
  const { app, upstream } = await build(t)
  await fetch(`${upstream}/document/revisions`, { method: 'POST' })
  const { catalogue, remarks } = await loadCatalogue(app.config, { validate: true })
  t.strictSame(remarks, [{ api: 'samples', messages: [] }])
  t.strictSame(
    catalogue.report.filter(({ outcome, reasons }) => outcome !== 'exposed' || reasons.length > 0),
    [],
  )
  t.strictSame(
    catalogue.tools.map(({ name, operation }) => [name, operation.operationId]),
    app.catalogue.tools.map(({ name }) => [name, name]),
    'the names are the operations’, and a change of the document has reached the gateway',
  )
  t.ok(app.catalogue.tools.some(({ name }) => name === 'read_preview'))
})

t.test('the keywords of JSON Schema 2020-12 stay in the argument that holds the body', async t => {
  // Stands in for the checks of json-schema-2020-12 that look for them at the root.
  const { app } = await build(t)
  const tool = app.catalogue.tools.find(({ name }) => name === 'json_schema_2020_12_tool')
  const definition = JSON.parse(tool?.definitionFor?.('full') ?? '{}')
  t.match(definition.inputSchema, {
    properties: {
      body: {
        allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
        if: { required: ['contactMethod'] },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: { required: ['phone'] },
        else: { required: ['email'] },
        additionalProperties: false,
      },
    },
  })
  t.strictSame(tool?.validate({ body: { contactMethod: 'phone', phone: '1' } }), [])
  t.not(tool?.validate({ body: { contactMethod: 'phone', email: 'a@example.com' } }).length, 0)
})

t.test('2025-11-25: requests at the same time need no session', async t => {
  // As server-sse-multiple-streams does, whose client can ask its user and so is given a session.
  const { url } = await build(t)
  const headers = {
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    'mcp-protocol-version': '2025-11-25',
  }
  const post = (id: number, method: string, params: object) =>
    fetch(url, { method: 'POST', headers, body: JSON.stringify({ jsonrpc: '2.0', id, method, params }) })
  const clientInfo = { name: 'test', version: '1.0.0' }
  const initialize = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
  const opened = await post(1, 'initialize', initialize)
  t.equal(opened.status, 200)
  t.equal(opened.headers.get('mcp-session-id'), null, 'a server may do without (basic/transports)')
  await opened.body?.cancel()
  const answers = await Promise.all(
    [1000, 1001, 1002].map(async id => {
      const answer = await post(id, 'tools/call', { name: 'search_samples', arguments: { region: `${id}` } })
      return { status: answer.status, body: await answer.json() }
    }),
  )
  t.match(
    answers,
    [1000, 1001, 1002].map(id => ({
      status: 200,
      body: { id, result: { structuredContent: { region: `${id}` } } },
    })),
  )
})

interface Built {
  readonly app: App
  /** The MCP endpoint. */
  readonly url: string
  /** The backend's origin. */
  readonly upstream: string
  /** Removed with the test. */
  readonly directory: string
}

/** A gateway in front of the backend; it loads the document anew whenever the backend has changed it. */
async function build(t: Test): Promise<Built> {
  let app: App | undefined
  let preview = false
  const load = (): Config => {
    return loadConfig(CONFIGURATION, { env: { UPSTREAM: upstream, PREVIEW: String(preview) } })
  }
  const backend = createBackend({
    documentChanged: async () => app?.reload(load()),
    promptsChanged: async () => {
      preview = !preview
      await app?.reload(load())
    },
  })
  const upstream = await backend.listen({ host: '127.0.0.1', port: 0 })
  const directory = mkdtempSync(join(tmpdir(), 'postern-conformance-'))
  app = await createApp(load(), { version: '1.0.0', log: createLog('silent') })
  const origin = await app.listen()
  const opened = app
  t.teardown(async () => {
    await opened.close()
    await backend.close()
    rmSync(directory, { recursive: true, force: true })
  })
  return { app, url: `${origin}/mcp`, upstream, directory }
}

function entriesOf(list: string): readonly string[] {
  return parse(readFileSync(list, 'utf8')).server
}

function entryOf({ scenario, id }: Check): string {
  return `${scenario}:${id}`
}

function summary(revision: string, checks: readonly Check[]): string {
  const count = (...statuses: Check['status'][]) =>
    checks.filter(({ status }) => statuses.includes(status)).length
  const scenarios = new Set(checks.map(({ scenario }) => scenario)).size
  return (
    `${revision}: ${scenarios} scenarios, ${count('SUCCESS')} checks passed, ` +
    `${count('FAILURE', 'WARNING')} not offered, ${count('SKIPPED')} not applicable`
  )
}
