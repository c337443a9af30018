import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { parse, stringify } from 'yaml'
import type { Built } from '../build.ts'

const EXAMPLE = fileURLToPath(new URL('../../config/invoicing.yaml', import.meta.url))
const DOCUMENT = fileURLToPath(new URL('../../openapi/invoicing.yaml', import.meta.url))

/** A configuration file and the environment that it reads. */
export interface WrittenConfig {
  readonly file: string
  readonly env: Readonly<Record<string, string>>
}

/**
 * Writes the example configuration to a file of the test's own, with the store and the product of a running
 * gateway: what it mints and revokes holds for a second process too. The audit goes to standard output, where
 * it would be in the way of a protocol.
 */
export function writeConfig(t: Test, { config, product, productUrl }: Built): WrittenConfig {
  const directory = mkdtempSync(join(tmpdir(), 'postern-config-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  const example = parse(readFileSync(EXAMPLE, 'utf8'), { merge: true })
  const file = join(directory, 'postern.yaml')
  const { apis, ...rest } = example
  writeFileSync(
    file,
    stringify(
      {
        ...rest,
        store: config.store,
        audit: { to: 'stdout' },
        apis: apis.map((api: object) => ({ ...api, openapi: DOCUMENT })),
      },
      { aliasDuplicateObjects: false },
    ),
  )
  return {
    file,
    env: { INVOICING_URL: productUrl, INVOICING_SERVICE_TOKEN: product.credentials.pat(['*']) },
  }
}
