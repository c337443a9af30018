/**
 * Percent-encodes everything but RFC 3986 unreserved characters: also `!'()*`, which `encodeURIComponent`
 * leaves alone. The text must be well-formed UTF-16.
 */
export function percentEncode(text: string): string {
  if (UNRESERVED.test(text)) return text
  return encodeURIComponent(text).replace(/[!'()*]/g, encodeCharacter)
}

/**
 * The same for OpenAPI's `allowReserved`, but only the reserved characters that cannot end or split a query
 * value in any known parser stay: `: / ? @ ! $ ' ( ) * ,`. So `# & = + ;`, brackets and `%` are encoded all
 * the same, and the backend decodes exactly what the caller said.
 */
export function percentEncodeReserved(text: string): string {
  return encodeURIComponent(text).replace(/%(?:3A|2F|3F|40|24|2C)/g, decodeURIComponent)
}

/**
 * The same for `allowReserved` in a path (OpenAPI 3.2): what is reserved and plain in a segment for every server
 * stays, `: @ ! $ & ' ( ) * =`; the comma does not, since it joins items.
 */
export function percentEncodeInPath(text: string): string {
  return encodeURIComponent(text).replace(/%(?:3A|40|24|26|3D)/g, decodeURIComponent)
}

const UNRESERVED = /^[A-Za-z0-9._~-]*$/

function encodeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
