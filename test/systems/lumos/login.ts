/**
 * The organisation's login, with a page where people type who they are. A browser that has signed in there isn't asked
 * again.
 */
import { text } from 'node:stream/consumers'
import { type OpenIdProvider, startOpenIdProvider } from '../openid-provider.ts'
import { sampleData } from './data.ts'

/** The gateway's secret there. */
export const CLIENT_SECRET = 'lumos-oidc-secret'
const PEOPLE = sampleData().people
const PAGE =
  '<form method="post" action=""><label>Who are you? <input name="person"></label><button name="in" value="1">Log in</button></form>'

/** Starts it. @param publicUrl - of the gateway, where people are sent back to */
export function startLogin({ publicUrl }: { readonly publicUrl: string }): Promise<OpenIdProvider> {
  return startOpenIdProvider({
    publicUrl,
    clientId: 'lumos-mcp',
    clientSecret: CLIENT_SECRET,
    lifetime: 86_400,
    claimsOf: person => ({ name: PEOPLE.get(person)?.name, org_id: PEOPLE.get(person)?.org }),
    async signIn(request, response, finish) {
      const page = (status: number) => response.writeHead(status, { 'content-type': 'text/html' }).end(PAGE)
      if (request.method !== 'POST') {
        page(200)
        return
      }
      const person = new URLSearchParams(await text(request)).get('person') ?? ''
      if (PEOPLE.has(person)) await finish(person)
      else page(403)
    },
  })
}
