/**
 * The target of the first link with `rel=next` of a Link header (RFC 8288 section 3); undefined where there is
 * none. Relations are compared without case, a link may have several; `anchor`ed links are about something else.
 */
export function nextLink(header: string | readonly string[] | undefined): string | undefined {
  const value = typeof header === 'string' ? header : header?.join(', ')
  if (value === undefined) return undefined
  for (const [, target, parameters = ''] of value.slice(0, LONGEST).matchAll(LINK)) {
    const names = [...parameters.matchAll(PARAMETER)].map(([, name = '', quoted, token]) => ({
      name: name.toLowerCase(),
      value: quoted ?? token ?? '',
    }))
    // Only the first `rel` counts (section 3.3).
    const relations =
      names
        .find(({ name }) => name === 'rel')
        ?.value.toLowerCase()
        .split(/\s+/) ?? []
    if (relations.includes('next') && !names.some(({ name }) => name === 'anchor')) return target?.trim()
  }
  return undefined
}

const LONGEST = 16_384
const LINK = /<([^<>]{0,8192})>((?:\s*;\s*[^\s=;,"]{1,64}(?:\s*=\s*(?:"[^"]{0,1024}"|[^\s;,"]{0,1024}))?)*)/g
const PARAMETER = /;\s*([^\s=;,"]{1,64})(?:\s*=\s*(?:"([^"]{0,1024})"|([^\s;,"]{0,1024})))?/g
