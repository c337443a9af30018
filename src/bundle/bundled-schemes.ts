import type { Config } from '../config/config.ts'
import type { ServerConfig } from '../config/schema.ts'
import { schemesOf } from '../config/schemes-of.ts'
import { PosternError } from '../errors.ts'
import type { BundledScheme } from './bundle-field.ts'

/**
 * The schemes of a server that a bundle meets with what it asks for: one, or several kinds of tokens in one header.
 *
 * @param auth - the type that is wanted; default: the first of `token`, `bearer` and `headers`, then `anonymous`
 * @throws PosternError `invalid_params` where there is none, in words for whoever runs the gateway
 */
export function bundledSchemes(
  config: Pick<Config, 'auth'>,
  server: ServerConfig,
  auth: string | undefined,
): readonly [BundledScheme, ...BundledScheme[]] {
  const taken = schemesOf(config.auth, server)
  const possible = taken.filter(scheme => scheme.type !== 'oauth')
  const wanted = auth === undefined ? SUITED : [[auth]]
  for (const types of wanted) {
    const [first, ...others] = possible.filter(({ type }) => types.includes(type))
    if (first !== undefined) return [first, ...others.filter(other => isSameField(first, other))]
  }
  throw new PosternError('invalid_params', { message: whyNot(taken, auth) })
}

/** In the order in which they suit somebody who pastes something once. */
const SUITED: readonly (readonly string[])[] = [['token', 'bearer', 'headers'], ['anonymous']]

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

function whyNot(taken: Config['auth'], auth: string | undefined): string {
  const has = (type: string) => taken.some(scheme => scheme.type === type)
  if (has('oauth') && (auth === undefined || auth === 'oauth')) {
    const others = has('jwt') ? ` ${JWT}` : ''
    return `This server signs people in with OAuth in the browser, which a bundle can’t do. ${CONNECTOR}${others}`
  }
  if (auth === undefined && has('jwt'))
    return `This server takes access tokens of an identity provider. ${JWT}`
  const types = [...new Set(taken.map(({ type }) => type))].join(', ')
  return `This server has no scheme ${auth ?? ''}. It has: ${types}.`
}

const CONNECTOR =
  'Give people its URL instead: in Claude Desktop, Settings → Connectors → Add custom connector.'
const JWT =
  'Access tokens mostly end within the hour; if yours last, `--auth jwt` makes a bundle that asks for one.'
