import type { Config } from '../config/config.ts'
import type { ServerConfig } from '../config/schema.ts'
import { serverTitle } from '../config/titles.ts'
import { serverName } from '../console/server-name.ts'
import type { Bundle } from './bundle.ts'
import { type BundledScheme, bundleFields } from './bundle-field.ts'
import { bundledSchemes } from './bundled-schemes.ts'
import { isVersion } from './is-version.ts'

/** What the configuration doesn't say of a bundle. */
export interface BundleWishes extends Pick<Bundle, 'url' | 'tools' | 'icon' | 'privacyPolicy'> {
  /** Postern's own, for where nothing else names one. */
  readonly version: string
  /** The version that is wanted; default: `publication.version`. */
  readonly release?: string | undefined
  /** Who gives it to its users; default: the product. */
  readonly author?: string | undefined
  /** The type of scheme that is asked for; default: the first of `token`, `bearer` and `headers`, then `anonymous`. */
  readonly auth?: string | undefined
  /** Where users find their token, in a sentence. */
  readonly where?: string | undefined
}

/**
 * The bundle for one server of a configuration. Takes nothing over but names, titles, prefixes and header names.
 *
 * @throws PosternError `invalid_params` where there is no way in for a bundle, in words for whoever runs the gateway
 */
export function describeBundle(config: Config, server: ServerConfig, wishes: BundleWishes): Bundle {
  const { auth, author, where, version, release, ...rest } = wishes
  const { description, websiteUrl, version: published = '' } = config.publication || {}
  const schemes = bundledSchemes(config, server, auth)
  const title = printable(serverTitle(server, config)) || config.name
  return {
    ...rest,
    name: serverName(config, server),
    title,
    author: printable(author ?? '') || printable(config.title ?? '') || config.name,
    version: release ?? (isVersion(published) ? published : version),
    description,
    homepage: websiteUrl,
    fields: bundleFields(schemes, title, printable(where ?? helpOf(config, schemes[0]))),
  }
}

/** The page that the product's sign-in names, for what the product itself has given out. */
function helpOf({ auth }: Pick<Config, 'auth'>, { type }: BundledScheme): string {
  if (type !== 'bearer' && type !== 'headers') return ''
  const ways = auth.flatMap(scheme => (scheme.type === 'oauth' ? scheme.signIn : []))
  const [help = ''] = ways.flatMap(way => ('help' in way && way.help !== undefined ? [way.help] : []))
  return help === '' || help.length > LONGEST / 2 ? '' : `You find it at ${help}`
}

const LONGEST = 200

/** A text as one line that is not too long: it is shown in other people's programs. */
function printable(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim()
  return [...line].slice(0, LONGEST).join('')
}
