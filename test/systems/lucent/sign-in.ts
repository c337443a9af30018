/** Where people sign in to Lucent. Who comes is signed in at once, as whoever is at the keyboard. */
import { type OpenIdProvider, startOpenIdProvider } from '../openid-provider.ts'

/** The gateway's secret there. */
export const CLIENT_SECRET = 'lucent-oidc-secret'

/** People, and their organisations; `nomad` has none. */
export const PEOPLE: Readonly<Record<string, string | undefined>> = {
  mia: 'org_north',
  noor: 'org_north',
  rex: 'org_rival',
  nomad: undefined,
}

/** A running provider. */
export interface SignIn extends OpenIdProvider {
  /** Who is at the keyboard from now on; `mia` to begin with. */
  readonly seat: (person: string) => void
}

/** Starts it. @param publicUrl - of the gateway, where people are sent back to */
export async function startSignIn({ publicUrl }: { readonly publicUrl: string }): Promise<SignIn> {
  let seated = 'mia'
  const provider = await startOpenIdProvider({
    publicUrl,
    clientId: 'lucent-mcp',
    clientSecret: CLIENT_SECRET,
    lifetime: 600,
    claimsOf: person => ({ name: person, org_id: PEOPLE[person] }),
    signIn: (_request, _response, finish) => finish(seated),
  })
  return {
    ...provider,
    seat(person) {
      seated = person
    },
  }
}
