import type { Tool } from '../../src/catalogue/tool.ts'
import { completeConfig } from '../../src/config/complete-config.ts'
import type { Config } from '../../src/config/config.ts'
import { configSchema } from '../../src/config/schema.ts'
import { createPolicy } from '../../src/policy/decide.ts'
import { describeSite, type PublishedServer, type Site } from '../../src/publication/site.ts'
import { writeDocumentAtOnce } from '../../src/publication/write-document.ts'

export const BASE_URL = 'https://mcp.acme.example'

/** A configuration with these members, as it is after loading. */
export function configure(changes: object = {}): Config {
  const apis = [{ name: 'acme', openapi: './x.json', credentials: { type: 'none' } }]
  const text = { name: 'acme', title: 'Acme Billing', apis, publicUrl: BASE_URL, auth: [{ type: 'token' }] }
  return completeConfig(configSchema.parse({ ...text, ...changes }), '/etc/postern.yaml')
}

/** What strangers are told under a configuration, with these tools on every server. */
export function siteOf(changes: object = {}, tools: readonly Tool[] = []): Site {
  const config = configure(changes)
  const policy = createPolicy(config)
  const baseUrl = config.publicUrl ?? 'http://127.0.0.1:8080'
  const site = describeSite({ config, policy, toolsOf: () => tools, baseUrl, version: '0.9.0' })
  if (site === undefined) throw new Error('nothing is told')
  return site
}

/** Its first server. */
export function firstOf({ servers }: Site): PublishedServer {
  const [first] = servers
  if (first === undefined) throw new Error('there is no server')
  return first
}

/** The text at a path; undefined where nothing is. */
export function textAt(path: string, changes: object = {}, tools: readonly Tool[] = []): string | undefined {
  const config = configure(changes)
  const sources = { config, policy: createPolicy(config), toolsOf: () => tools }
  return writeDocumentAtOnce(path, siteOf(changes, tools), sources)?.body.toString()
}
