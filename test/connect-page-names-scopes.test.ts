/**
 * What scopes a configuration declares is for those to know who can ask for them. Where no client can, no metadata
 * names them, and neither does the page that everybody can open.
 */
import t from 'tap'
import type { Config } from '../src/config/config.ts'
import { askRaw } from './ask-raw.ts'
import { build } from './build.ts'

const declare = (config: Config): Config => ({
  ...config,
  scopes: { 'staff.write-off': { allow: ['manage:invoices'], title: 'Write off what nobody pays' } },
})

t.test('declared names are not on the page where tokens are made by hand', async t => {
  const { origin } = await build(t, declare)
  for (const path of ['/', '/llms.txt', '/.well-known/oauth-protected-resource/mcp']) {
    const { body } = await askRaw(origin, 'GET', path)
    t.notMatch(body, /staff\.write-off|Write off what nobody pays/, path)
  }
})
