import { CARD_TYPE } from './server-card.ts'
import type { Site } from './site.ts'

/** The media type of AI catalogs. */
export const CATALOG_TYPE = 'application/ai-catalog+json'

/**
 * The catalog of a host (AI Catalog 1.0 of the Agent Card project, as MCP's discovery document uses it): which servers there are, and where the
 * card of each is. What a card says is not said again.
 */
export function aiCatalog({ title, about, servers }: Site): object {
  return {
    specVersion: '1.0',
    host: {
      displayName: title,
      ...(about.websiteUrl !== undefined && { documentationUrl: about.websiteUrl }),
    },
    entries: servers.map(({ name, cardUrl }) => ({
      identifier: airName(name),
      type: CARD_TYPE,
      url: cardUrl,
    })),
  }
}

/** `com.acme.mcp/billing` → `urn:air:mcp.acme.com:mcp:billing`. */
function airName(name: string): string {
  const [namespace = '', own = ''] = name.split('/')
  const publisher = /^[\d.]+$/.test(namespace) ? namespace : namespace.split('.').toReversed().join('.')
  return `urn:air:${publisher}:mcp:${own}`
}
