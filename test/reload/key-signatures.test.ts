import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { NO_FILE, signatureOf } from '../../src/catalogue/document/document-read.ts'
import { loadConfig } from '../../src/config/load.ts'
import { keyFiles, keySignatures } from '../../src/reload/key-signatures.ts'

t.test('pictures of prompts are watched like keys, by their bytes', async t => {
  const directory = t.testdir({
    'logo.png': Buffer.from([0x89, 0x50, 0x00, 0xff]),
    'postern.yaml': `name: acme
apis: [{ name: crm, openapi: crm.yaml, upstream: http://127.0.0.1:1 }]
auth: [{ type: token }]
prompts: [{ name: logo, messages: [{ image: logo.png }, { text: Look. }] }]
`,
  })
  const logo = join(directory, 'logo.png')
  const config = loadConfig(join(directory, 'postern.yaml'), { env: {} })
  t.strictSame(keyFiles(config), [logo])
  t.equal(keySignatures(config).get(logo), signatureOf(statSync(logo, { bigint: true })))
  writeFileSync(logo, Buffer.from([0x89, 0x50, 0x00, 0xfe]))
  t.equal(keySignatures(config).get(logo), NO_FILE, 'another picture than the one that was read')
})
