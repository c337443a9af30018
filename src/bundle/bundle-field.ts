import type { SchemeConfig } from '../config/schema.ts'

/** One thing that a bundle asks its user for, and the header that carries it. */
export interface BundleField {
  /** In `user_config`: lower-case letters, digits and `_`. */
  readonly key: string
  readonly label: string
  readonly description: string
  /** Whether it is masked, and kept where the system keeps secrets. */
  readonly isSecret: boolean
  readonly header: string
  /** What comes before it in the header. */
  readonly scheme: 'Bearer ' | ''
}

/** What a bundle can sign in with: all but OAuth, which needs a browser. */
export type BundledScheme = Exclude<SchemeConfig, { type: 'oauth' }>

/**
 * What a bundle asks for so that one of these schemes is met: nothing for `anonymous`.
 *
 * @param schemes - at least one; several only of tokens in one header
 * @param title - what people call the product
 * @param where - where they find what is asked for, in a sentence; empty where nobody said
 */
export function bundleFields(
  schemes: readonly [BundledScheme, ...BundledScheme[]],
  title: string,
  where: string,
): readonly BundleField[] {
  const [scheme] = schemes
  const says = where === '' ? '' : ` ${where}`
  if (scheme.type === 'anonymous') return []
  if (scheme.type === 'headers') {
    return scheme.headers.map((header, index) => ({
      key: `header_${index + 1}`,
      label: header,
      description: `What ${title} takes in the header ${header}.${says}`,
      isSecret: header.toLowerCase() !== scheme.subject?.toLowerCase(),
      header,
      scheme: '',
    }))
  }
  const what = scheme.type === 'jwt' ? 'access token' : 'token'
  return [
    {
      key: 'token',
      label: scheme.type === 'jwt' ? 'Access token' : 'Token',
      description: `Your ${what} for ${title}${beginning(schemes)}.${says}`,
      isSecret: true,
      header: scheme.header,
      scheme: scheme.header.toLowerCase() === 'authorization' ? 'Bearer ' : '',
    },
  ]
}

/** How a token is recognised; nothing where one scheme takes any. */
function beginning(schemes: readonly BundledScheme[]): string {
  const prefixes = schemes.map(scheme => ('prefix' in scheme ? scheme.prefix : undefined))
  return prefixes.includes(undefined) ? '' : `; it begins with ${[...new Set(prefixes)].join(' or ')}`
}
