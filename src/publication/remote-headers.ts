import type { SchemeConfig, ServerConfig } from '../config/schema.ts'
import { schemesOf } from '../config/schemes-of.ts'
import { takesTokens } from '../oauth/metadata/gateway-endpoints.ts'

/** A value that a client asks its user for (server.json 2025-12-11 and server card v1, `Input`). */
interface Input {
  readonly description: string
  readonly isRequired: true
  readonly isSecret: boolean
  readonly placeholder?: string
}

/** A header that a client has to send (`KeyValueInput`). */
export interface HeaderInput extends Omit<Input, 'placeholder'> {
  readonly name: string
  readonly placeholder?: string
  readonly value?: string
  readonly variables?: Readonly<Record<string, Input>>
}

/**
 * The headers that clients ask people for before they connect: those of the first scheme. None where a client gets in
 * with the URL alone, by OAuth or without a credential: it would ask for what nobody needs. Never holds a secret.
 */
export function remoteHeaders(
  server: Pick<ServerConfig, 'auth'>,
  auth: readonly SchemeConfig[],
  title: string,
): readonly HeaderInput[] {
  const taken = schemesOf(auth, server)
  if (takesTokens(server, auth) || taken.some(({ type }) => type === 'anonymous')) return []
  const [scheme] = taken
  if (scheme?.type === 'headers') {
    return scheme.headers.map(name => ({
      name,
      description: `Your ${name} for ${title}`,
      isRequired: true,
      isSecret: name.toLowerCase() !== scheme.subject?.toLowerCase(),
      ...(/e-?mail/i.test(name) && { placeholder: 'you@example.com' }),
    }))
  }
  if (scheme?.type !== 'token' && scheme?.type !== 'bearer') return []
  const token: Input = {
    description: scheme.type === 'bearer' ? `Your own token of ${title}` : `A token for ${title}`,
    isRequired: true,
    isSecret: true,
    ...(scheme.prefix && { placeholder: `${scheme.prefix}…` }),
  }
  if (scheme.header.toLowerCase() !== 'authorization') return [{ name: scheme.header, ...token }]
  const { description, isRequired, isSecret } = token
  const value = { value: 'Bearer {token}', variables: { token } }
  return [{ name: 'Authorization', description, isRequired, isSecret, ...value }]
}
