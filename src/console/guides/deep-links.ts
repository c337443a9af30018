/**
 * Links that add a server to a client: the program opens, shows what it would add, and asks. Pure.
 *
 * None is made for what holds a token itself: addresses end up in histories and in lists of running programs.
 */
import { isLiteral } from '../snippet-header.ts'
import type { GuidedServer, WrittenLink } from './guide.ts'

/** Schemes of addresses that {@link deepLinks} makes; pages link to no other. */
export const LINK_SCHEMES: readonly string[] = ['https:', 'cursor:', 'vscode:', 'vscode-insiders:']

/** The member `links` of a guide, where the server may stand in one. */
export function deepLinks(
  { headers }: GuidedServer,
  ...links: readonly WrittenLink[]
): { links?: readonly WrittenLink[] } {
  return links.length === 0 || headers.some(isLiteral) ? {} : { links }
}

/**
 * Cursor: the entry of its configuration file, as base64 of JSON (cursor.com/docs/mcp/install-links).
 *
 * @param entry - what stands under the server’s name
 */
export function cursorLink(name: string, entry: object): WrittenLink {
  const config = Buffer.from(asciiJson(entry)).toString('base64')
  const query = `name=${encodeURIComponent(name)}&config=${encodeURIComponent(config)}`
  return { text: 'Add to Cursor', href: `cursor://anysphere.cursor-deeplink/mcp/install?${query}` }
}

/**
 * VS Code and its Insiders: an entry of its configuration file with its name and inputs, as JSON
 * (code.visualstudio.com/api/extension-guides/ai/mcp). It decodes the query twice.
 */
export function vscodeLinks(entry: object): readonly WrittenLink[] {
  const query = encodeURIComponent(asciiJson(entry))
  return [
    { text: 'Add to VS Code', href: `vscode:mcp/install?${query}` },
    { text: 'Add to VS Code Insiders', href: `vscode-insiders:mcp/install?${query}` },
  ]
}

/**
 * The form of claude.ai that adds a connector, filled in; what is added there is in Claude Desktop and on the phone, too
 * (claude.com/docs/connectors). Their servers call the URL: only https, and only for a server that signs in in the
 * browser or asks for nothing.
 */
export function claudeLinks({ name, url, headers }: GuidedServer): readonly WrittenLink[] {
  if (!url.startsWith('https:') || headers.length > 0) return []
  const query = `modal=add-custom-connector&connectorName=${encodeURIComponent(name)}&connectorUrl=${encodeURIComponent(url)}`
  return [{ text: 'Add to Claude', href: `https://claude.ai/customize/connectors?${query}` }]
}

/** JSON that means the same however often it is taken for percent-encoding, and in whatever character set it is read. */
function asciiJson(value: object): string {
  return JSON.stringify(value).replace(
    /[%\u007f-\uffff]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
