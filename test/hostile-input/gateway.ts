import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import type { Test } from 'tap'
import { type App, createApp } from '../../src/app.ts'
import { mintToken } from '../../src/auth/mint-token.ts'
import type { Authenticated } from '../../src/auth/principal.ts'
import { loadConfig } from '../../src/config/load.ts'
import { OPERATIONS, openApiDocument } from './operations.ts'
import { BASE, PAIR, type Recorded, type RecordingBackend, startBackend } from './recording-backend.ts'

/** A caller with a minted token of its own. */
export interface Caller {
  readonly token: string
  readonly organization: string | undefined
  /** What the door hands to a call; for calls that go past HTTP. */
  readonly authenticated: Authenticated
}

/** The whole gateway, started, before a backend that records. */
export interface Gateway {
  readonly app: App
  readonly port: number
  readonly backend: RecordingBackend
  /** One for each of the lanes that call at the same time; their organisations differ. */
  readonly callers: readonly Caller[]
  /** May only read `getThing`. */
  readonly limited: Caller
  /** Signs in with the product's own header pair. */
  readonly pair: Caller
  /** Text that may be in no answer, no audit and no log; the callers' may be in no backend request either. */
  readonly secrets: readonly string[]
  /** What verified the header pair, so far. */
  readonly verifications: Recorded[]
  /** Lines of the process log at warn and above. */
  readonly log: readonly string[]
  readonly readAudit: () => string
}

export const LANES = 16
export const STATIC_CREDENTIAL = 'static-credential-of-the-gateway'
/** The password that calls carry, which the audit must not show. */
export const PASSWORD = 'hunter2-of-the-caller'

/** Starts both. Organisations are hostile too: what a product calls its tenants is not ours to choose. */
export async function startGateway(t: Test): Promise<Gateway> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-hostile-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  const verifications: Recorded[] = []
  const backend = await startBackend(t, request => verifications.push(request))
  writeFileSync(join(directory, 'openapi.json'), JSON.stringify(openApiDocument()))
  writeFileSync(join(directory, 'postern.yaml'), JSON.stringify(configuration(backend.origin)))
  const log: string[] = []
  const app = await createApp(loadConfig(join(directory, 'postern.yaml'), { env: {} }), {
    log: pino({ level: 'warn' }, { write: line => void log.push(line) }),
  })
  t.teardown(() => app.close())
  const { port } = new URL(await app.listen())
  const callers = []
  for (let lane = 0; lane < LANES; lane++)
    callers.push(await mint(app, ORGANIZATIONS[lane] ?? `org-${lane}`, ['*']))
  const limited = await mint(app, 'org-limited', ['hostile_getThing'])
  return {
    app,
    port: Number(port),
    backend,
    callers,
    limited,
    pair: { ...limited, token: PAIR.token, organization: 'org-pair' },
    secrets: [...callers.map(caller => caller.token), limited.token, PAIR.token, STATIC_CREDENTIAL],
    verifications,
    log,
    readAudit() {
      app.audit.flush()
      return readFileSync(join(directory, 'audit.log'), 'utf8')
    },
  }
}

const ORGANIZATIONS = ['../things', 'a b;c', 'export', 'é/%2e%2e', 'x\r\nX-Evil: 1', 'org&org_id=other', '']

function configuration(origin: string): object {
  const bind = (operation: string, name: string) => ({
    match: { operation },
    bind: { [name]: 'principal.organization' },
  })
  return {
    name: 'hostile',
    listen: { port: 0 },
    store: { type: 'memory' },
    requestLimit: '200kB',
    log: { level: 'silent' },
    audit: { to: 'file', path: './audit.log' },
    apis: [
      {
        name: 'target',
        openapi: './openapi.json',
        upstream: origin + BASE,
        timeout: '20s',
        connections: LANES,
        credentials: { type: 'static', value: `Bearer ${STATIC_CREDENTIAL}` },
        tools: {
          exclude: OPERATIONS.filter(({ excluded }) => excluded).map(({ id }) => ({ operation: id })),
          rules: [
            ...OPERATIONS.map(({ id }) => ({ match: { operation: id }, name: `hostile_${id}` })),
            ...OPERATIONS.flatMap(({ id, bound = [] }) => bound.map(name => bind(id, name))),
          ],
        },
      },
    ],
    auth: [
      { type: 'token', prefix: 'hostile_pat_' },
      {
        type: 'headers',
        headers: ['Email', 'Token'],
        subject: 'Email',
        verify: {
          request: 'GET /v1/me',
          organization: 'organization.id',
          scopes: 'scopes',
          identity: 'email',
        },
      },
    ],
    passthrough: { path: '/api', api: 'target' },
  }
}

async function mint(app: App, organization: string, scopes: readonly string[]): Promise<Caller> {
  const { token, record } = mintToken(
    { prefix: 'hostile_pat_', name: 'test', subject: 'tester', roles: [], scopes },
    Date.now(),
  )
  // Set afterwards: the command line would refuse some of these names.
  await app.store.createToken({ ...record, organization })
  const authenticated: Authenticated = {
    principal: {
      subject: 'tester',
      organization,
      roles: [],
      scopes,
      scheme: 'token',
      schemeIndex: 0,
      credentialId: record.id,
      expiresAt: undefined,
      client: undefined,
      sequence: undefined,
      issuedAt: undefined,
      restsOn: [],
      audience: undefined,
    },
    forwardable: {},
  }
  return { token, organization, authenticated }
}
