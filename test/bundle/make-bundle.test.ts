import { dirname, join } from 'node:path'
import { strFromU8, unzipSync } from 'fflate'
import t from 'tap'
import { remoteUrl } from '../../src/bridge/remote-url.ts'
import { bridgeFiles } from '../../src/bundle/bridge-files.ts'
import type { Bundle } from '../../src/bundle/bundle.ts'
import { makeBundle } from '../../src/bundle/make-bundle.ts'
import { bundleManifest, ENTRY_POINT } from '../../src/bundle/manifest.ts'
import { install, ROOT } from './unpack.ts'

const BUNDLE: Bundle = {
  name: 'acme',
  title: 'Acme Billing',
  version: '1.2.3',
  author: 'Acme',
  url: remoteUrl('https://mcp.acme.com/mcp'),
  fields: [
    {
      key: 'token',
      label: 'Token',
      description: 'Your token for Acme Billing.',
      isSecret: true,
      header: 'Authorization',
      scheme: 'Bearer ',
    },
  ],
}
const bridge = bridgeFiles()

t.test('the same configuration gives the same bytes, whatever time and zone it is', async t => {
  const { TZ } = process.env
  t.teardown(() => {
    if (TZ === undefined) delete process.env.TZ
    else process.env.TZ = TZ
  })
  const made = ['Pacific/Kiritimati', 'America/Los_Angeles', 'UTC'].map(zone => {
    process.env.TZ = zone
    return Buffer.from(makeBundle(BUNDLE, new Map([...bridge].toReversed()))).toString('base64')
  })
  t.equal(new Set(made).size, 1)
})

t.test('it holds the bridge, what that imports, and nothing else', async t => {
  const files = unzipSync(makeBundle(BUNDLE, bridge))
  const code = Object.keys(files).filter(path => path.endsWith('.js'))
  const reached = new Set([ENTRY_POINT])
  for (const path of reached) {
    for (const [, target = ''] of strFromU8(files[path] ?? new Uint8Array()).matchAll(/from '([^']+)'/g)) {
      if (target.startsWith('node:')) continue
      t.match(target, /^\.\.?\/.*\.js$/)
      reached.add(join(dirname(path), target))
    }
  }
  t.same([...reached].toSorted(), code.toSorted())
  t.same(
    Object.keys(files).filter(path => !path.endsWith('.js')),
    ['LICENSE', 'manifest.json', 'package.json', 'server/connection.json'],
  )
  const all = Object.values(files).map(bytes => strFromU8(bytes))
  t.notMatch(all.join('\n'), ROOT, 'no path of the machine that it was made on')
  t.notOk(all.some(text => /^import type|\binterface \w+ \{/m.test(text)))
})

t.test('the official tool takes every part of a manifest', async t => {
  const png = Buffer.from('89504e470d0a1a0a0000', 'hex')
  const { manifest } = await install(
    makeBundle(
      {
        ...BUNDLE,
        icon: png,
        privacyPolicy: 'https://acme.com/privacy',
        tools: [{ name: 'acme_list', description: 'Lists.' }],
      },
      bridge,
    ),
    t.testdir({}),
  )
  t.match(manifest, {
    manifest_version: '0.2',
    name: 'acme',
    display_name: 'Acme Billing',
    version: '1.2.3',
    author: { name: 'Acme' },
    icon: 'icon.png',
    tools: [{ name: 'acme_list', description: 'Lists.' }],
    tools_generated: true,
    privacy_policies: ['https://acme.com/privacy'],
    compatibility: { runtimes: { node: '>=20.0.0' } },
    user_config: { token: { type: 'string', sensitive: true, required: true } },
  })
  t.same(manifest.server.mcp_config?.env, { POSTERN_TOKEN: `$\{user_config.token}` })
  t.equal(Object.hasOwn(bundleManifest(BUNDLE), 'tools'), false)
  t.equal(Object.hasOwn(bundleManifest({ ...BUNDLE, fields: [] }), 'user_config'), false)
})

t.test('what a configuration calls things never gets into a command', async t => {
  const hostile = `"; rm -rf ~ #$\{HOME}$\{__dirname}../../../<script>\\`
  const { manifest } = await install(
    makeBundle({ ...BUNDLE, title: hostile, author: hostile }, bridge),
    t.testdir({}),
  )
  t.equal(manifest.display_name, hostile)
  t.same(manifest.server.mcp_config, {
    command: 'node',
    args: [`$\{__dirname}/${ENTRY_POINT}`],
    env: { POSTERN_TOKEN: `$\{user_config.token}` },
  })
})
