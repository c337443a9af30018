import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parseDocument } from '../../../src/catalogue/document/parse-document.ts'
import { parseInBackground } from '../../../src/catalogue/document/parse-in-background.ts'

const filler = `${'# a comment that makes it long\n'.repeat(2_000)}`
const openapi = join(import.meta.dirname, '../../../openapi')

t.test('the same tree as in one go, for JSON and YAML, short and long', async t => {
  const yaml = readFileSync(join(openapi, 'invoicing.yaml'), 'utf8')
  for (const text of [
    '{"openapi":"3.1.0","paths":{"/a":{"$ref":"a.json"}}}',
    'openapi: 3.1.0\npaths: {}\n',
    yaml,
    filler + yaml,
    `${filler}openapi: 3.1.0\npaths: { /a: { $ref: a.yaml } }\n`,
  ]) {
    t.same(await parseInBackground(text, 'x'), parseDocument(text, 'x'))
  }
})

t.test('what is no document is refused in the same words', async t => {
  for (const text of [
    `${filler}a: [`,
    `${filler}- 1\n`,
    `{"openapi": "3.1.0", "paths": {${' '.repeat(40_000)}`,
  ]) {
    let message = ''
    try {
      parseDocument(text, 'x.yaml')
    } catch (error) {
      message = (error as Error).message
    }
    t.ok(message)
    await t.rejects(parseInBackground(text, 'x.yaml'), { code: 'document_invalid', message })
  }
})

t.test('the event loop turns while a long one is parsed', async t => {
  const text = Array.from({ length: 20_000 }, (_, index) => `key${index}: { a: [1, 2, 3], b: text }`).join(
    '\n',
  )
  let turns = 0
  let isParsing = true
  const turn = () => {
    turns += 1
    if (isParsing) setImmediate(turn)
  }
  setImmediate(turn)
  await parseInBackground(text, 'x.yaml')
  isParsing = false
  t.ok(turns > 100, `${turns} turns`)
})
