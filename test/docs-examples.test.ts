/** What the pages of `docs/` and `config/` show works: configurations load, and the signed webhook revokes. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { parse, stringify } from 'yaml'
import { SYSTEMS } from '../scripts/systems.ts'
import { loadConfig } from '../src/config/load.ts'
import { adminGateway, SECRET } from './admin/gateway.ts'
import { makeCertificate } from './make-certificate.ts'

const ROOT = join(import.meta.dirname, '..')
const GENERATED = ['configuration.md', 'errors.md', 'corpus.md', 'reliability.md']
const pages = readdirSync(join(ROOT, 'docs')).filter(
  name => name.endsWith('.md') && !GENERATED.includes(name),
)
const text = (name: string) => readFileSync(join(ROOT, 'docs', name), 'utf8')

/** What examples leave to the environment; `check` asks each of these for the right form. */
const ENV = {
  REDIS_PASSWORD: 'change-me',
  POSTERN_SIGNING_KEY: String(
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
  ),
  POSTERN_SEALING_KEY: randomBytes(32).toString('base64'),
  POSTERN_WEBHOOK_SECRET: SECRET,
  POSTERN_AUDIT_KEY: 'a'.repeat(64),
  INTROSPECTION_SECRET: 'secret',
  EXCHANGE_SECRET: 'secret',
  OIDC_SECRET: 'secret',
  PORTAL_SECRET: 'a-secret-of-the-portal',
  ASSISTANT_SECRET: 'a-secret-of-the-assistant',
  GATEWAY_KEY: 'secret',
  INVOICING_SERVICE_TOKEN: 'tally_pat_not-a-real-one',
  REDIS_URL: 'redis://127.0.0.1:6379',
  INVOICING_URL: 'http://127.0.0.1:4010',
}

/** What examples are a part of. */
const BASE = {
  name: 'acme',
  publicUrl: 'https://mcp.example.com',
  trustedProxies: ['10.0.0.0/8'],
  apis: [{ name: 'crm', openapi: 'crm.yaml', upstream: 'https://crm.internal' }],
  auth: [{ type: 'token' }],
}

t.test('every configuration of the sample product in config/ loads', async t => {
  // Those of the known systems: test/systems.
  const others = new Set(SYSTEMS.map(({ system }) => `${system}.yaml`))
  for (const name of readdirSync(join(ROOT, 'config')).filter(file => !others.has(file))) {
    t.equal(loadConfig(join(ROOT, 'config', name), { env: ENV }).name, 'tally', name)
  }
})

for (const name of pages) {
  const blocks = blocksOf(text(name), 'yaml')
  t.test(`${name}: ${blocks.length} configurations`, async t => {
    const { cert, key } = makeCertificate()
    const directory = t.testdir({
      'signing.pem': ENV.POSTERN_SIGNING_KEY,
      'cert.pem': cert,
      'key.pem': key,
    })
    for (const [index, block] of blocks.entries()) {
      const file = join(directory, `${index}.yaml`)
      writeFileSync(file, stringify({ ...BASE, ...(parse(block, { merge: true }) as object) }))
      t.doesNotThrow(() => loadConfig(file, { env: ENV }), block)
    }
  })

  t.test(`${name}: links lead somewhere`, async t => {
    for (const [, target = ''] of text(name).matchAll(/\]\(((?!https?:)[^)#]+)/g)) {
      t.doesNotThrow(() => readFileSync(join(ROOT, 'docs', target)), target)
    }
  })
}

t.test('the webhook of docs/revocation.md revokes', async t => {
  const gateway = await adminGateway(t)
  const { token } = await gateway.mint(['read:*'], { subject: 'usr_1042' })
  const file = join(t.testdir(), 'tell-postern.mjs')
  writeFileSync(file, blocksOf(text('revocation.md'), 'js')[0] ?? '')
  const { tellPostern } = await import(pathToFileURL(file).href)
  process.env.POSTERN_WEBHOOK_SECRET = SECRET
  process.env.POSTERN_URL = gateway.origin
  t.equal((await ping(gateway.origin, token)).status, 200)
  await tellPostern({ kind: 'subject', value: 'usr_1042', recheck: true, reason: 'signed out' })
  t.equal((await ping(gateway.origin, token)).status, 200)
  await tellPostern({ kind: 'subject', value: 'usr_1042', expiresIn: '12h' })
  t.equal((await ping(gateway.origin, token)).status, 401)
  await t.rejects(tellPostern({ kind: 'subject' }), /kind and value belong together/)
})

function ping(origin: string, token: string): Promise<Response> {
  return fetch(`${origin}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
  })
}

function blocksOf(page: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm')
  return [...page.matchAll(fence)].map(match => match[1] ?? '')
}
