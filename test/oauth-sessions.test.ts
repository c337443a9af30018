/**
 * The sessions of `docs/oauth.md` are real: each `console` block is run as one script, in a directory that looks like a
 * clone, beside the gateway of `config/oauth.yaml` and the sample product, and prints the lines that the page shows,
 * apart from ports, ids and times. Between them somebody connects a client, as the page says.
 */
import { spawn } from 'node:child_process'
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { createApp } from '../src/app.ts'
import { loadConfig } from '../src/config/load.ts'
import { createDemoBackend } from '../src/demo/backend.ts'
import { createLog } from '../src/log.ts'
import { Browser } from './oauth/browser.ts'

const ROOT = join(import.meta.dirname, '..')
const page = readFileSync(join(ROOT, 'docs', 'oauth.md'), 'utf8')
const sessions = [...page.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map(([, block = '']) =>
  block.split('\n').filter(line => line !== ''),
)
const CALLBACK = 'https://claude.ai/api/mcp/auth_callback'

t.test('the page has its sessions: nothing connected yet, a connection, a machine', async t => {
  t.equal(sessions.length, 3)
})

t.test('each session prints what the page shows', async t => {
  const { origin, env, clone, credential } = await start(t)
  const [first = [], second = [], third = []] = sessions
  await run(t, first, clone, env)
  const id = await connect(origin, credential)
  await run(t, second, clone, { ...env, ID: id })
  await run(t, third, clone, env)
  t.match(
    readFileSync(join(clone, 'invoices.json'), 'utf8'),
    /^\{"data":\[\{"id":"inv_/,
    'the machine has called',
  )
})

/** The product, the gateway and a clone whose configuration says where they are. */
async function start(t: Test) {
  const clone = mkdtempSync(join(tmpdir(), 'postern-oauth-doc-'))
  const product = createDemoBackend({ path: ':memory:' })
  const env = {
    ...process.env,
    NO_COLOR: '1',
    INVOICING_URL: await product.listen({ host: '127.0.0.1', port: 0 }),
  }
  for (const name of readdirSync(ROOT)) {
    if (/^(?:\.git|\.tap|postern\.ya?ml|.*\.db.*)$/.test(name)) continue
    if (name === 'config') cpSync(join(ROOT, name), join(clone, name), { recursive: true })
    else symlinkSync(join(ROOT, name), join(clone, name))
  }
  const file = join(clone, 'config', 'oauth.yaml')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  writeFileSync(join(clone, 'config', 'signing.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const keys = [
    'signing: { keys: [{ file: ./signing.pem }] }',
    'audit: { to: file, path: ./audit.log }',
    `sealing: { keys: [{ value: ${randomBytes(32).toString('base64')} }] }`,
  ]
  const written = `${readFileSync(file, 'utf8')}\n${keys.join('\n')}\n`
  const withPort = (port: string | number) => written.replace('port: 8080', `port: ${port}`)
  writeFileSync(file, withPort(0))
  const app = await createApp(loadConfig(file, { env }), { version: '0.0.0-test', log: createLog('silent') })
  t.teardown(async () => {
    await app.close()
    await product.close()
    rmSync(clone, { recursive: true, force: true })
  })
  const origin = await app.listen()
  // What the commands show is the address that is configured.
  writeFileSync(file, withPort(new URL(origin).port))
  const credential = product.credentials.pat(['*'], 'accountant')
  return { origin, clone, credential, env: { ...env, PORT: new URL(origin).port, PRODUCT_TOKEN: credential } }
}

/** Somebody connects Claude and allows all of it; the id of the connection. */
async function connect(origin: string, credential: string): Promise<string> {
  const json = { 'content-type': 'application/json' }
  const client = { client_name: 'Claude', redirect_uris: [CALLBACK] }
  const answer = await fetch(`${origin}/oauth/register`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify(client),
  })
  const { client_id: id } = (await answer.json()) as { client_id: string }
  const verifier = randomBytes(32).toString('base64url')
  const asked = new URLSearchParams({
    response_type: 'code',
    client_id: id,
    redirect_uri: CALLBACK,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    resource: `${origin}/mcp`,
  })
  const browser = new Browser()
  const isOwn = (location: string) => location.startsWith(origin)
  const signIn = await browser.follow(await browser.open(`${origin}/oauth/authorize?${asked}`), isOwn)
  const typing = signIn.forms.find(({ fields }) => 'field0' in fields)
  if (typing === undefined) throw new Error(signIn.html)
  const consent = await browser.follow(
    await browser.submit(signIn, typing, { fields: { field0: credential } }),
    isOwn,
  )
  const allowing = consent.forms.find(({ buttons }) => buttons.some(({ value }) => value === 'approve'))
  if (allowing === undefined) throw new Error(consent.html)
  const { location = '' } = await browser.submit(consent, allowing, { button: 'decision=approve' })
  await fetch(`${origin}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: new URL(location).searchParams.get('code') ?? '',
      client_id: id,
      code_verifier: verifier,
    }),
  })
  const connections = await browser.open(`${origin}/connections`)
  const button = connections.forms.flatMap(({ buttons }) => buttons).find(({ name }) => name === 'revoke')
  if (button === undefined) throw new Error(connections.html)
  return button.value
}

/** Runs the commands of a session, and looks for the shown lines in their order. */
async function run(t: Test, session: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const commands = session.filter(line => line.startsWith('$ ')).map(line => line.slice(2))
  const script = commands
    .join('\n')
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${env.PORT}`)
    .replace(/gra_[\w-]+/g, env.ID ?? 'none')
  const child = spawn('bash', ['-ec', script], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const [output, errors, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise(resolve => child.once('close', resolve)),
  ])
  t.equal(code, 0, 'every command succeeds', { script, errors })
  const printed = output.split('\n').map(normalise)
  let at = 0
  for (const line of session.filter(line => !line.startsWith('$ '))) {
    const found = printed.indexOf(normalise(line), at)
    t.ok(found >= 0, `prints: ${line}`, { output })
    at = found + 1
  }
}

/** What differs from run to run, put the same. */
function normalise(line: string): string {
  return line
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replace(/\b(gra|cli|mch|usr|org)_[\w-]+/g, '$1')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'TIME')
    .replace(/\s+/g, ' ')
    .trimEnd()
}
