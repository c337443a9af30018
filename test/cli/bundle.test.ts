import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { type BundleOptions, writeBundle } from '../../src/cli/bundle.ts'
import { loadConfig } from '../../src/config/load.ts'
import { install } from '../bundle/unpack.ts'
import { runPostern, workspace } from './run-postern.ts'

const PNG = Buffer.from('89504e470d0a1a0a0000', 'hex')

function prepare(t: Test, changes: object = {}) {
  const directory = workspace(t, changes)
  const config = loadConfig(join(directory, 'postern.yaml'), { env: {} })
  const out = join(directory, 'made.mcpb')
  const unpacked = join(directory, 'unpacked')
  mkdirSync(unpacked)
  return {
    directory,
    out,
    make: (options: BundleOptions = {}) => writeBundle(config, { out, ...options }),
    manifest: async () => (await install(readFileSync(out), unpacked)).manifest,
  }
}

t.test('the command: a file named after the configuration, and what to do with it', async t => {
  const cwd = workspace(t, { title: 'Acme', publicUrl: 'https://mcp.acme.com' })
  const { status, stdout, stderr } = runPostern(['bundle'], { cwd })
  t.equal(status, 0)
  t.equal(stderr, '')
  t.match(stdout, /^acme\.mcpb connects Claude Desktop with https:\/\/mcp\.acme\.com\/mcp\.\n/)
  t.match(stdout, /double click/)
  t.match(stdout, /enter Token, which/)
  t.match(stdout, /postern token create/)
  t.notMatch(stdout, /of this machine only/)
  t.ok(existsSync(join(cwd, 'acme.mcpb')))
})

t.test('a file is replaced only where that is asked for, and by the same bytes', async t => {
  const { make, out } = prepare(t)
  t.match(await make(), /of this machine only/)
  const bytes = readFileSync(out)
  await t.rejects(make(), {
    code: 'invalid_params',
    message: /made\.mcpb: there is such a file; --force replaces it/,
  })
  await make({ force: true })
  t.ok(readFileSync(out).equals(bytes))
})

t.test('takes what is asked for', async t => {
  const { make, manifest, directory, out } = prepare(t)
  const icon = join(directory, 'icon.png')
  writeFileSync(icon, PNG)
  const printed = await make({
    url: 'https://acme.com/mcp',
    author: 'Acme Inc',
    release: '2.0.1',
    icon,
    privacyPolicy: 'https://acme.com/privacy',
    tools: true,
    json: true,
    where: 'Settings → API.',
  })
  const made = await manifest()
  t.same(JSON.parse(printed), { file: out, manifest: made })
  t.match(made, {
    author: { name: 'Acme Inc' },
    version: '2.0.1',
    icon: 'icon.png',
    privacy_policies: ['https://acme.com/privacy'],
    user_config: { token: { description: /Settings → API\.$/ } },
  })
  t.equal(made.tools?.length, 2)
})

t.test('lists no tool that depends on who calls, and none where they are searched', async t => {
  const rules = [{ match: { path: '/a' }, when: '"admin" in principal.roles' }]
  const api = { name: 'billing', openapi: './openapi.json', upstream: 'http://127.0.0.1:9', tools: { rules } }
  const some = prepare(t, { apis: [api] })
  await some.make({ tools: true })
  t.equal((await some.manifest()).tools?.length, 1)
  const searched = prepare(t, { servers: [{ expose: 'search' }] })
  await searched.make({ tools: true })
  t.same((await searched.manifest()).tools, [])
})

t.test('refuses what would not work or not be safe, and writes nothing', async t => {
  const { make, out, directory } = prepare(t)
  const icon = join(directory, 'icon.jpg')
  writeFileSync(icon, 'not a picture')
  for (const [options, message] of [
    [
      { url: 'http://mcp.acme.com/mcp' },
      /plain http: what people enter would travel unencrypted\. Set publicUrl/,
    ],
    [{ url: 'https://user:pass@acme.com/mcp' }, /The URL holds a user name or password/],
    [{ url: 'file:///etc/passwd' }, /not supported/],
    [{ icon }, /icon\.jpg is no PNG image/],
    [{ icon: join(directory, 'none.png') }, /can’t be read \(ENOENT\)/],
    [{ release: 'latest' }, /latest is no version/],
    [{ privacyPolicy: 'javascript:alert(1)' }, /must be an https:/],
    [{ auth: 'headers' }, /no scheme headers/],
    [{ out: join(directory, 'no', 'such', 'folder.mcpb') }, /can’t be written \(ENOENT\)/],
  ] as const) {
    await t.rejects(make(options), { code: 'invalid_params', message })
    await make(options).catch(error => t.notMatch(error.message, 'pass@'))
  }
  await t.rejects(make({ server: '/nowhere' }), { code: 'not_found' })
  t.equal(existsSync(out), false)
})
