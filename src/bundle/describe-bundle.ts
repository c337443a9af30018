import type { Config } from '../config/config.ts'
import type { ServerConfig } from '../config/schema.ts'
import { serverTitle } from '../config/titles.ts'
import { serverName } from '../console/server-name.ts'
import { PosternError } from '../errors.ts'
import type { Bundle } from './bundle.ts'
import { type BundledScheme, bundleFields } from './bundle-field.ts'

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
  const title = printable(serverTitle(server, config)) || config.name
  return {
    ...rest,
    name: serverName(config, server),
    title,
    author: printable(author ?? '') || printable(config.title ?? '') || config.name,
    fields: bundleFields(bundledSchemes(config, server, wishes), title, where && printable(where)),
  }
}

/** In the order in which they suit somebody who pastes something once. */
const SUITED: readonly (readonly string[])[] = [['token', 'bearer', 'headers'], ['anonymous']]

function bundledSchemes(
  config: Config,
  server: ServerConfig,
  { auth, url }: BundleWishes,
): readonly [BundledScheme, ...BundledScheme[]] {
  const taken = config.auth.filter(({ type }) => server.auth?.includes(type) ?? true)
  const possible = taken.filter(scheme => scheme.type !== 'oauth')
  const wanted = auth === undefined ? SUITED : [[auth]]
  for (const types of wanted) {
    const [first, ...others] = possible.filter(({ type }) => types.includes(type))
    if (first !== undefined) return [first, ...others.filter(other => isSameField(first, other))]
  }
  throw new PosternError('invalid_params', { message: whyNot(taken, auth, url) })
}

/** Tokens of several kinds that go into one header are asked for once. */
function isSameField(first: BundledScheme, other: BundledScheme): boolean {
  const isToken = ({ type }: BundledScheme) => type === 'token' || type === 'bearer'
  return (
    isToken(first) &&
    isToken(other) &&
    'header' in first &&
    'header' in other &&
    first.header === other.header
  )
}

function whyNot(taken: Config['auth'], auth: string | undefined, url: URL): string {
  const has = (type: string) => taken.some(scheme => scheme.type === type)
  const connector = `Give people the URL instead: in Claude Desktop, Settings → Connectors → Add custom connector, ${url.href}.`
  if (has('oauth') && (auth === undefined || auth === 'oauth')) {
    const others = has('jwt') ? ` ${JWT}` : ''
    return `This server signs people in with OAuth in the browser, which a bundle can’t do. ${connector}${others}`
  }
  if (auth === undefined && has('jwt'))
    return `This server takes access tokens of an identity provider. ${JWT}`
  const types = [...new Set(taken.map(({ type }) => type))].join(', ')
  return `This server has no scheme ${auth ?? ''}. It has: ${types}.`
}

const JWT =
  'Access tokens mostly end within the hour; if yours last, `--auth jwt` makes a bundle that asks for one.'

/** A text as one line of at most 200 characters: it is shown in other people's programs. */
function printable(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim()
  return [...line].slice(0, 200).join('')
}
