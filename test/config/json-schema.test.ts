import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import t from 'tap'
import { parse } from 'yaml'
import { configJsonSchema, isSchema } from '../../src/config/json-schema.ts'
import { MINIMAL } from './load-text.ts'

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(configJsonSchema())

t.test('docs/postern.schema.json is up to date (node scripts/generate-docs.ts)', async t => {
  const text = readFileSync(new URL('../../docs/postern.schema.json', import.meta.url), 'utf8')
  t.equal(text, `${JSON.stringify(configJsonSchema(), null, 2)}\n`)
})

t.test('it accepts what loads, placeholders included', async t => {
  const base: unknown = parse(MINIMAL)
  const more = {
    publicUrl: '$' + '{URL}',
    listen: { host: '0.0.0.0', port: '$' + '{PORT:-8080}' },
    allowAnonymous: '$' + '{OPEN}',
    log: { level: '$' + '{LEVEL:-info}' },
    requestLimit: '1MB',
    scopes: { billing: { allow: ['read:*'] } },
  }
  t.ok(validate(base), JSON.stringify(validate.errors))
  t.ok(validate({ ...(base as object), ...more }), JSON.stringify(validate.errors))
})

t.test('it refuses unknown keys, wrong types and missing keys', async t => {
  const base = parse(MINIMAL) as object
  for (const wrong of [
    { apis: undefined, name: 'acme' },
    { ...base, publicurl: 'https://a' },
    { ...base, listen: { port: '8080' } },
    { ...base, auth: [{ type: 'jwt' }] },
    { ...base, log: { level: 'loud' } },
    { ...base, auth: [] },
  ]) {
    t.notOk(validate(wrong), JSON.stringify(wrong))
  }
})

t.test('every key is described', async t => {
  const walk = (schema: unknown, path: string): void => {
    if (Array.isArray(schema)) for (const member of schema) walk(member, path)
    if (!isSchema(schema)) return
    if (isSchema(schema.properties)) {
      for (const [key, member] of Object.entries(schema.properties)) {
        if (!isSchema(member) || 'const' in member) continue
        t.type(member.description, 'string', `${path}/${key}`)
      }
    }
    for (const [key, member] of Object.entries(schema)) walk(member, `${path}/${key}`)
  }
  walk(configJsonSchema(), '')
})
