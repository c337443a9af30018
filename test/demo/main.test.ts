import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import t, { type Test } from 'tap'

const MAIN = join(import.meta.dirname, '../../src/demo/main.ts')
const SERVICE = 'tally_pat_abcdefghijklmnopqrstuvwxyz'

t.test('prints its URL and credentials that work, takes the service token, ends on SIGTERM', async t => {
  const child = start(t, ['--port', '0', '--service-token', SERVICE, '--print-credentials'])
  const [url = '', bearer = '', email = '', token = ''] = await lines(child, 4)
  t.match(url, /^http:\/\/127\.0\.0\.1:\d+$/)
  const me = async (headers: Record<string, string>) => (await fetch(`${url}/v1/me`, { headers })).json()
  t.match(await me(header(bearer)), { roles: ['accountant'] })
  t.match(await me({ ...header(email), ...header(token) }), { roles: ['accountant'] })
  t.match(await me({ authorization: `Bearer ${SERVICE}` }), { name: 'Gateway', token: { scopes: ['*'] } })
  child.kill('SIGTERM')
  t.same(await once(child, 'exit'), [0, null])
})

t.test('a mistake on the command line ends it with the usage', async t => {
  for (const args of [['--port', 'x'], ['--port', '70000'], ['--unknown'], ['--service-token', 'guess']]) {
    const child = start(t, args)
    const errors: Buffer[] = []
    child.stderr?.on('data', chunk => errors.push(chunk))
    t.same(await once(child, 'close'), [1, null], args.join(' '))
    const text = Buffer.concat(errors).toString()
    t.match(text, /Usage: /)
    t.notMatch(text, /guess/, 'a token is never printed')
  }
})

function start(t: Test, args: string[]): ChildProcess {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  t.teardown(() => child.kill('SIGKILL'))
  return child
}

async function lines(child: ChildProcess, count: number): Promise<string[]> {
  const found: string[] = []
  if (!child.stdout) throw new Error('no output')
  for await (const line of createInterface({ input: child.stdout })) {
    if (found.push(line) === count) break
  }
  return found
}

function header(line: string): Record<string, string> {
  const [name = '', value = ''] = line.split(': ')
  return { [name]: value }
}
