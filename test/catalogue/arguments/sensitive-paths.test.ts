import t from 'tap'
import { isCredentialName } from '../../../src/catalogue/arguments/sensitive-paths.ts'
import { compileOperation, jsonBody, onlyTool } from '../compile-document.ts'

t.test('what the document marks, and all inside of it', async t => {
  const text = { type: 'string' }
  const document = {
    components: {
      schemas: {
        Card: { type: 'object', properties: { number: { type: 'string', format: 'password' }, brand: text } },
        Node: {
          type: 'object',
          properties: { next: { $ref: '#/components/schemas/Node' }, note: { ...text, writeOnly: true } },
        },
      },
    },
  }
  const { isSensitive } = onlyTool(
    compileOperation(
      {
        parameters: [{ name: 'who', in: 'query', schema: text, 'x-sensitive': true }],
        requestBody: jsonBody({
          type: 'object',
          properties: {
            name: text,
            medical: { type: 'object', 'x-sensitive': true, properties: { a: text } },
            cards: { type: 'array', items: { $ref: '#/components/schemas/Card' } },
            node: { $ref: '#/components/schemas/Node' },
            either: {
              oneOf: [
                { type: 'object', properties: { code: text } },
                { type: 'object', properties: { code: { ...text, writeOnly: true } } },
              ],
            },
            map: { type: 'object', additionalProperties: { $ref: '#/components/schemas/Card' } },
          },
        }),
      },
      { document },
    ),
  )
  const sensitive = [
    'who',
    'medical',
    'medical.a',
    'cards.*.number',
    'node.next.next.note',
    'either.code',
    'map.x.number',
    'name.deep.apiKey',
    'unknown.password',
  ]
  const open = [
    'name',
    'cards',
    'cards.*',
    'cards.*.brand',
    'node.next',
    'either',
    'map.x',
    'unknown',
    'constructor',
  ]
  for (const path of sensitive) t.ok(isSensitive(path.split('.')), path)
  for (const path of open) t.notOk(isSensitive(path.split('.')), path)
})

t.test('names of credentials', async t => {
  for (const name of [
    'password',
    'newPassword',
    'password_confirmation',
    'secret',
    'client_secret',
    'token',
    'accessToken',
    'X-Auth-Token',
    'api_key',
    'apiKey',
    'APIKey',
    'Authorization',
    'private-key',
    'cvc',
    'otp',
    'credentials',
  ]) {
    t.ok(isCredentialName(name), name)
  }
  for (const name of [
    'name',
    'tokens_used',
    'max_tokens',
    'secretary',
    'passenger',
    'keyboard',
    'key',
    'authors',
    'opinion',
    'spin',
  ]) {
    t.notOk(isCredentialName(name), name)
  }
})

t.test('a name that a caller makes up can’t pass for a nested path that is judged later', async t => {
  const text = { type: 'string' }
  const account = { type: 'object', properties: { note: { ...text, writeOnly: true } } }
  const { isSensitive } = onlyTool(
    compileOperation({ requestBody: jsonBody({ type: 'object', properties: { account } }) }),
  )
  for (const forged of [['account\0note'], ['account,note'], ['["account","note"]'], ['account/note']]) {
    t.equal(isSensitive(forged), false, JSON.stringify(forged))
  }
  t.equal(isSensitive(['account', 'note']), true)
})
