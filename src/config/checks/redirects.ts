import type { Config } from '../config.ts'
import type { Finding } from '../problem.ts'
import { readRedirectUri } from '../redirect-uri.ts'
import type { OAuthConfig } from '../schema.ts'

/** Redirect URIs that no client could ever use, or that could be read in two ways. */
export function checkRedirects(config: Config): readonly Finding[] {
  return config.auth.flatMap((scheme, index) =>
    scheme.type === 'oauth' ? [...allowed(scheme, index), ...ofClients(scheme, index)] : [],
  )
}

/** An entry that names no single redirect URI: every https address, or every address of a private scheme. */
const WHOLE_SCHEME = /^(?:https|[a-z][a-z0-9+-]*\.[a-z0-9+.-]*):$/

function allowed({ redirects }: OAuthConfig, index: number): readonly Finding[] {
  return redirects.allow.flatMap((entry, position) => {
    if (WHOLE_SCHEME.test(entry)) return []
    const { mistake } = readRedirectUri(entry)
    if (mistake === undefined) return []
    return [
      {
        path: ['auth', index, 'redirects', 'allow', position],
        message: `can’t be allowed: it ${mistake}`,
        fix: 'write a whole redirect URI, an https origin, a private scheme with a dot (com.acme.tool:), or https:',
      },
    ]
  })
}

function ofClients({ clients }: OAuthConfig, index: number): readonly Finding[] {
  return clients.flatMap((client, position) =>
    client.redirectUris.flatMap((uri, at) => {
      const { mistake } = readRedirectUri(uri)
      if (mistake === undefined) return []
      return [
        {
          path: ['auth', index, 'clients', position, 'redirectUris', at],
          message: `can’t be redirected to: it ${mistake}`,
          fix: 'write an https address, http://localhost or http://127.0.0.1, or a private scheme, as the client sends it',
        },
      ]
    }),
  )
}
