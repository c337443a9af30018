/** The connect page as people meet it, made from a configuration, for the tests that draw and look at it. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { runAtOnce } from '../../src/catalogue/run-in-slices.ts'
import type { Tier, Tool } from '../../src/catalogue/tool.ts'
import type { Config } from '../../src/config/config.ts'
import { loadConfig } from '../../src/config/load.ts'
import { describeGateway } from '../../src/console/describe-gateway.ts'
import type { ConnectPage } from '../../src/console/pages/connect-page-data.ts'
import { offeredScopes } from '../../src/oauth/scopes/offered-scopes.ts'
import { createPolicy } from '../../src/policy/decide.ts'
import { makeTool } from '../policy/make-tool.ts'

const VERIFY = 'verify: { request: GET /me, grant: ["*"] }'

/** Schemes as an author writes them. */
export const SCHEMES = {
  oauth: `  - { type: oauth, signIn: [{ type: product, title: Acme, help: 'https://app.acme.example/tokens', ${VERIFY} }] }`,
  token: '  - type: token',
  bearer: `  - { type: bearer, prefix: acme_key_, ${VERIFY} }`,
  headers: `  - { type: headers, headers: [Email, Token], ${VERIFY} }`,
  jwt: '  - { type: jwt, issuer: "https://id.acme.example", audience: "https://mcp.acme.example/mcp" }',
  anonymous: '  - { type: anonymous, scopes: [read:public] }',
} as const

/** Two servers, most ways in, declared scopes. */
export const CONNECT_YAML = `name: acme
title: Acme Billing
publicUrl: https://mcp.acme.example
sealing: { keys: [{ value: "jmwh3q2BmOoVcEcrv3Hc0eUVtkYdyMfTWyfVDWkuL2w=" }] }
apis: [{ name: billing, openapi: ./a.yaml, upstream: https://api.acme.example }]
servers:
  - path: /mcp
  - { path: /mcp/admin, title: Acme Administration, auth: [oauth] }
scopes:
  billing:read: { title: See invoices and contacts, allow: [read:invoices, read:contacts] }
  billing:write: { title: 'See, create and change invoices and contacts', allow: [write:invoices, write:contacts] }
  billing:all: { title: 'Everything, deleting and sending included', allow: [manage:*] }
auth:
${SCHEMES.token}
${SCHEMES.oauth}
`

/** Reads a configuration from a text. */
export function configFrom(t: Test, yaml: string): Config {
  const file = join(mkdtempSync(join(t.testdir({}), 'c-')), 'postern.yaml')
  writeFileSync(file, yaml)
  return loadConfig(file, { env: {} })
}

/** What strangers are shown of a configuration, with the same tools at each server. */
export function connectPageOf(
  config: Config,
  {
    tools = TOOLS,
    named = [],
    connections,
    bundle,
  }: { tools?: readonly Tool[]; named?: readonly Tool[]; connections?: string; bundle?: string } = {},
): ConnectPage {
  const policy = createPolicy(config)
  const { offered } = offeredScopes(config, tools, policy)
  return runAtOnce(
    describeGateway({
      config,
      policy,
      baseUrl: config.publicUrl ?? 'http://127.0.0.1:8080',
      servers: config.servers.map(settings => ({ settings, tools, named, scopes: offered, bundle })),
      connections,
    }),
  )
}

/** A tool as the policy and the page see it. */
export function sampleTool(
  title: string,
  tier: Tier,
  resource: string,
  hints: Partial<Tool['hints']> = {},
  when?: Tool['when'],
): Tool {
  const made = makeTool(`acme_${title.toLowerCase().replaceAll(' ', '_')}`, `${tier}:${resource}`)
  return { ...made, title, tier, resource, when, hints: { ...made.hints, ...hints } }
}

/** Of an invoicing product. */
export const TOOLS: readonly Tool[] = [
  ...['List invoices', 'Get invoice', 'Search invoices', 'Get payment status'].map(title =>
    sampleTool(title, 'read', 'invoices'),
  ),
  ...['List contacts', 'Get contact'].map(title => sampleTool(title, 'read', 'contacts')),
  sampleTool('Create invoice', 'write', 'invoices'),
  sampleTool('Update invoice', 'write', 'invoices', { destructive: true }),
  sampleTool('Create contact', 'write', 'contacts'),
  sampleTool('Delete invoice', 'manage', 'invoices', { destructive: true }),
  sampleTool('Send invoice', 'manage', 'invoices', { openWorld: true }),
]
