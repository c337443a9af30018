import type { z } from 'zod'
import type { Config } from '../config/config.ts'
import type { ConfigProblem } from '../config/problem.ts'
import { identity, remote } from './server-card.ts'
import { serverJsonSchema } from './server-json-schema.ts'
import type { PublishedServer, Site } from './site.ts'

/** What {@link serverJson} makes: the document, or what is missing for it; never both. */
export type ServerJson =
  | { readonly document: object; readonly problems?: undefined }
  | { readonly document?: undefined; readonly problems: readonly ConfigProblem[] }

/**
 * The document that the MCP registry takes (server.json, schema 2025-12-11), or every reason why it would not take it,
 * with the key of the configuration that mends it. Version and description have to be the author's: what the registry
 * was given under a version can't be changed.
 *
 * @param version - the gateway's
 */
export function serverJson(
  server: PublishedServer,
  site: Site,
  { publication }: Pick<Config, 'publication'>,
  version: string,
): ServerJson {
  const document = {
    $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
    ...identity(server, site),
    description: site.about.description,
    version: publication === false ? undefined : publication.version,
    remotes: [remote(server)],
    _meta: { 'io.modelcontextprotocol.registry/publisher-provided': { tool: 'postern', version } },
  }
  const checked = serverJsonSchema.safeParse(document)
  if (checked.success) return { document }
  const { issues } = checked.error
  // A name that derives from the URL is mended with it.
  const isDerived = publication === false || publication.name === undefined
  const isUrlWrong = issues.some(({ path }) => path[0] === 'remotes')
  return {
    problems: issues.filter(({ path }) => !(isDerived && isUrlWrong && path[0] === 'name')).map(problemOf),
  }
}

/** Where the author writes what the document lacks, and how. */
const MENDED: Readonly<Record<string, readonly [path: string, fix: string]>> = {
  name: ['publication.name', 'write it in reverse DNS, com.acme.mcp/billing, for a domain that is yours'],
  description: ['publication.description', 'write one sentence of at most 100 characters'],
  version: ['publication.version', 'write one, 1.0.0, and another for every document that you publish'],
  remotes: ['publicUrl', 'write the https URL that everybody reaches the gateway at'],
}

function problemOf({ path, message, code }: z.core.$ZodIssue): ConfigProblem {
  const key = String(path[0])
  const [place, fix] = MENDED[key] ?? [key, 'write another value']
  return { path: place, message: code === 'invalid_type' ? 'the MCP registry asks for it' : message, fix }
}
