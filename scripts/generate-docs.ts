/** Writes the documents that are generated from the sources: `node scripts/generate-docs.ts`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { configJsonSchema } from '../src/config/json-schema.ts'
import { configReference } from '../src/config/reference.ts'
import { administrationDocument } from './administration-document.ts'
import { clientsDocument } from './clients-document.ts'
import { errorReference } from './error-reference.ts'
import { withNegativeCases } from './negative-cases.ts'

const docs = new URL('../docs/', import.meta.url)
writeFileSync(new URL('configuration.md', docs), configReference())
writeFileSync(new URL('postern.schema.json', docs), `${JSON.stringify(configJsonSchema(), null, 2)}\n`)
writeFileSync(new URL('errors.md', docs), errorReference())
writeFileSync(new URL('clients.md', docs), clientsDocument())
writeFileSync(new URL('../openapi/admin.yaml', docs), administrationDocument())
const security = new URL('security.md', docs)
writeFileSync(security, withNegativeCases(readFileSync(security, 'utf8')))
