import { plainText } from '../catalogue/naming/plain-text.ts'
import { LEGACY_VERSIONS, MODERN_VERSION } from '../mcp/versions.ts'
import type { PublishedServer, Site } from './site.ts'

/** The media type of server cards (SEP-2127). */
export const CARD_TYPE = 'application/mcp-server-card+json'

/**
 * The server card of an MCP server (SEP-2127; modelcontextprotocol/experimental-ext-server-card, schema v1): who it is
 * and how clients connect. Cards name no tools.
 */
export function serverCard(server: PublishedServer, site: Site): object {
  const { description = `${site.title}: tools for AI clients` } = site.about
  return {
    $schema: 'https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json',
    ...identity(server, site),
    description: plainText(description, LONGEST),
    remotes: [{ ...remote(server), supportedProtocolVersions: [MODERN_VERSION, ...LEGACY_VERSIONS] }],
  }
}

/** Longest title and description, in characters. */
const LONGEST = 100

/** What cards and the registry's documents have in common, but for the description. */
export function identity({ name, title, version }: PublishedServer, { about }: Site): object {
  const said = plainText(title, LONGEST)
  return {
    name,
    ...(said !== '' && { title: said }),
    version,
    ...(about.websiteUrl !== undefined && { websiteUrl: about.websiteUrl }),
    ...(about.repository !== undefined && {
      repository: {
        url: about.repository,
        source: new URL(about.repository).hostname.endsWith('gitlab.com') ? 'gitlab' : 'github',
      },
    }),
    ...(about.icons !== undefined && { icons: about.icons }),
  }
}

/** Where and how clients connect. */
export function remote({ url, headers }: PublishedServer): object {
  return { type: 'streamable-http', url, ...(headers.length > 0 && { headers }) }
}
