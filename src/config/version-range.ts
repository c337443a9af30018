/**
 * Whether a text says a range of versions where one is meant: `^1.2.3`, `>=1`, `1.x`, `1.2.*`, `1 - 2`, `1 || 2`. The MCP
 * registry and server cards take none.
 */
export function isVersionRange(text: string): boolean {
  const version = text.trim()
  if (/^[\^~<>=]|\|\||\s-\s/.test(version)) return true
  return /^v?\d+(\.\d+)*\.[xX*](\.|-|$)|^[xX*](\.|$)/.test(version)
}
