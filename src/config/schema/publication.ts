import { z } from 'zod'
import { isVersionRange } from '../version-range.ts'
import { urlPath } from './values.ts'

/** An absolute https URL, for what others fetch or follow. */
const httpsUrl = z
  .string()
  .max(255)
  .refine(isHttpsUrl, 'not an https URL; write an absolute one, without user or fragment')
  .meta({ title: 'URL' })

/** One icon, as the MCP registry and server cards take it (MCP `Icon`; server.json 2025-12-11). */
const icon = z.strictObject({
  src: httpsUrl.describe('Where the image is.'),
  mimeType: z
    .enum(['image/png', 'image/jpeg', 'image/jpg', 'image/svg+xml', 'image/webp'])
    .optional()
    .describe('Its media type.'),
  sizes: z
    .array(z.string().regex(/^(\d+x\d+|any)$/, 'not a size; write 48x48, or any'))
    .min(1)
    .optional()
    .describe('Sizes that it is for: `48x48`, or `any`.'),
  theme: z.enum(['light', 'dark']).optional().describe('The background that it is made for.'),
})

/** What strangers are told of the MCP servers, without any credential. */
export const publicationSchema = z.strictObject({
  name: z
    .string()
    .max(150)
    .regex(
      /^[a-zA-Z0-9][a-zA-Z0-9.-]*[a-zA-Z0-9]\/[a-zA-Z0-9][a-zA-Z0-9._-]*[a-zA-Z0-9]$/,
      'not a name in reverse DNS with two characters or more on each side; write com.acme.mcp/billing',
    )
    .optional()
    .describe(
      'Name in the MCP registry and on server cards, in reverse DNS: `com.acme.mcp/billing`; default: publicUrl’s host and `name`. Of several servers, all but the one at /mcp get the rest of their path after it.',
    ),
  description: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .refine(text => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text), 'has line breaks; write one sentence')
    .optional()
    .describe('What the product offers to AI clients, in one sentence of at most 100 characters.'),
  version: z
    .string()
    .min(1)
    .max(255)
    .refine(text => text !== 'latest' && !isVersionRange(text), 'not one version; write 1.0.0')
    .optional()
    .describe(
      'Version of what is published, `1.2.0`; serverInfo.version says it too. Default: the gateway’s own, which the registry does not get.',
    ),
  websiteUrl: httpsUrl.optional().describe('Where people read about the product.'),
  repository: httpsUrl
    .refine(
      isRepository,
      'not a repository that the MCP registry takes; write https://github.com/acme/billing',
    )
    .optional()
    .describe('Source code, where it is public: on GitHub or GitLab.'),
  icons: z.array(icon).min(1).max(16).optional().describe('Icons of the product.'),
  servers: z
    .array(urlPath)
    .min(1)
    .optional()
    .describe('Paths of the servers that are told of; default: all. The others are still served.'),
  tools: z
    .boolean()
    .default(false)
    .describe(
      'Shows everybody the names, descriptions, arguments and scopes of the tools (llms.txt, llms-full.txt and tools.md), but for those with `when`. Servers that anybody may use without a credential show what anybody may call anyway.',
    ),
})

function isHttpsUrl(value: string): boolean {
  if (!URL.canParse(value) || /[\s<>"\\^`{|}]/.test(value)) return false
  const url = new URL(value)
  return url.protocol === 'https:' && !url.username && !url.password && !url.hash
}

/** Of GitHub and GitLab, which are all that the registry knows. */
function isRepository(value: string): boolean {
  return /^https:\/\/(www\.)?(github\.com\/[\w.-]+|gitlab\.com(\/[\w.-]+)+)\/[\w.-]+\/?$/.test(value)
}
