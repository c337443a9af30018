import { z } from 'zod'
import { isLoopback } from '../config/loopback.ts'
import { isVersionRange } from '../config/version-range.ts'

const input = z.object({
  description: z.string().optional(),
  isRequired: z.boolean().optional(),
  isSecret: z.boolean().optional(),
  placeholder: z.string().optional(),
  value: z.string().optional(),
})

/**
 * What the MCP registry asks of a `server.json` of a remote server: its schema 2025-12-11, and what it checks besides
 * (docs/reference/server-json/official-registry-requirements.md and internal/validators of modelcontextprotocol/registry),
 * as far as Postern writes it.
 */
export const serverJsonSchema = z.strictObject({
  $schema: z.literal('https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json'),
  name: z
    .string()
    .max(200, 'longer than the 200 characters of the MCP registry')
    .regex(
      /^[a-zA-Z0-9][a-zA-Z0-9.-]*\.[a-zA-Z0-9.-]*[a-zA-Z0-9]\/[a-zA-Z0-9][a-zA-Z0-9._-]*[a-zA-Z0-9]$/,
      'not a name that the MCP registry takes',
    )
    .refine(name => !/^[\d.]+\//.test(name), 'the MCP registry takes names of domains, not of addresses'),
  title: z.string().trim().min(1).max(100).optional(),
  description: z.string().trim().min(1).max(100),
  version: z
    .string()
    .min(1)
    .max(255)
    .refine(
      text => text !== 'latest' && !isVersionRange(text),
      'the MCP registry takes one version, no range',
    ),
  websiteUrl: z.url({ protocol: /^https$/ }).optional(),
  repository: z
    .strictObject({ url: z.url({ protocol: /^https$/ }), source: z.enum(['github', 'gitlab']) })
    .optional(),
  icons: z
    .array(
      z.strictObject({
        src: z.url({ protocol: /^https$/ }).max(255),
        mimeType: z.string().optional(),
        sizes: z.array(z.string().regex(/^(\d+x\d+|any)$/)).optional(),
        theme: z.enum(['light', 'dark']).optional(),
      }),
    )
    .optional(),
  remotes: z
    .array(
      z.strictObject({
        type: z.literal('streamable-http'),
        url: z
          .string()
          .refine(
            isPublic,
            'the MCP registry takes https URLs that everybody can reach, no loopback address and no template',
          ),
        headers: z
          .array(input.extend({ name: z.string().min(1), variables: z.record(z.string(), input).optional() }))
          .optional(),
      }),
    )
    .length(1),
  _meta: z.strictObject({
    'io.modelcontextprotocol.registry/publisher-provided': z
      .record(z.string(), z.unknown())
      .refine(data => Buffer.byteLength(JSON.stringify(data)) <= 4096, 'longer than 4 KB'),
  }),
})

function isPublic(value: string): boolean {
  if (!URL.canParse(value) || /[\s{}]/.test(value)) return false
  const { protocol, hostname } = new URL(value)
  return protocol === 'https:' && !isLoopback(hostname) && !hostname.endsWith('.localhost')
}
