import t, { type Test } from 'tap'
import type { ServerConfig } from '../../src/config/schema.ts'
import { waysIn } from '../../src/console/ways-in.ts'
import { configFrom, SCHEMES } from './sample-connect-page.ts'

const BASE = `name: acme
apis: [{ name: billing, openapi: ./a.yaml, upstream: https://api.acme.example }]
`

function waysOf(test: Test, schemes: string) {
  const config = configFrom(test, `${BASE}auth:\n${schemes}`)
  return waysIn(config, config.servers[0] as ServerConfig)
}

t.test('the product’s page is where people get its tokens and header pairs', async t => {
  for (const scheme of [SCHEMES.bearer, SCHEMES.headers]) {
    t.equal(waysOf(t, scheme)[0]?.help, undefined)
    const helped = scheme.replace('verify:', 'help: "https://acme.example/keys", verify:')
    t.equal(waysOf(t, helped)[0]?.help, 'https://acme.example/keys')
    t.throws(() => waysOf(t, scheme.replace('verify:', 'help: "javascript:alert(1)", verify:')), {
      code: 'configuration_invalid',
    })
  }
})

t.test('signing in in the browser comes first, having nothing to sign in with last', async t => {
  const kinds = waysOf(t, [SCHEMES.anonymous, SCHEMES.bearer, SCHEMES.jwt].join('\n')).map(
    ({ credential }) => credential.kind,
  )
  t.same(kinds, ['bearer', 'bearer', 'none'])
})
