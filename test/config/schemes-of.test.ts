import t from 'tap'
import { configSchema } from '../../src/config/schema.ts'
import { schemesOf } from '../../src/config/schemes-of.ts'

const bearer = { type: 'bearer', verify: { request: 'GET /me' } } as const

t.test('a server takes every scheme, or those that it names, in the order of auth', async t => {
  const { auth } = configSchema.parse({
    name: 'acme',
    apis: [{ name: 'billing', openapi: './x.yaml' }],
    auth: [bearer, { type: 'token', prefix: 'acme_pat_' }, { type: 'anonymous', scopes: ['read:*'] }],
  })
  const schemes = auth as Parameters<typeof schemesOf>[0]
  const types = (own?: readonly ('token' | 'bearer' | 'anonymous')[]) =>
    schemesOf(schemes, { auth: own && [...own] }).map(({ type }) => type)
  t.same(types(), ['bearer', 'token', 'anonymous'])
  t.same(types(['token', 'bearer']), ['bearer', 'token'])
  t.same(types(['anonymous']), ['anonymous'])
})
