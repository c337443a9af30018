import type { Config } from '../config/config.ts'
import type { ServerConfig } from '../config/schema.ts'
import { serverTitle } from '../config/titles.ts'
import { serverName } from '../console/server-name.ts'
import type { Bundle } from './bundle.ts'
import { bundleFields } from './bundle-field.ts'
import { bundledSchemes } from './bundled-schemes.ts'

/** What the configuration doesn't say of a bundle. */
export interface BundleWishes extends Pick<Bundle, 'version' | 'url' | 'tools' | 'icon' | 'privacyPolicy'> {
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
  const { auth, author, where, ...rest } = wishes
  const schemes = bundledSchemes(config, server, auth)
  const title = printable(serverTitle(server, config)) || config.name
  return {
    ...rest,
    name: serverName(config, server),
    title,
    author: printable(author ?? '') || printable(config.title ?? '') || config.name,
    fields: bundleFields(schemes, title, where && printable(where)),
  }
}

/** A text as one line of at most 200 characters: it is shown in other people's programs. */
function printable(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim()
  return [...line].slice(0, 200).join('')
}
