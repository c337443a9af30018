import { productTitle } from '../../config/titles.ts'
import { messagePage } from '../../console/pages/message-page.ts'
import type { PosternError } from '../../errors.ts'
import type { OAuthAnswer } from '../http.ts'
import type { OAuthSurroundings } from '../surroundings.ts'
import { redirectTo } from './answers.ts'
import type { KnownClient } from './known-client.ts'

/**
 * Tells a client what was wrong with its request, by a redirect (RFC 6749 section 4.1.2.1). Nobody has pressed anything
 * yet: where the address is one that nobody here has named, a link does it, or whoever can register a client would have
 * an address of ours that sends people to theirs (RFC 9700 section 4.11.2).
 *
 * @param location - the redirect URI with the error
 */
export function tellClient(
  { client, target }: KnownClient,
  error: PosternError,
  location: string,
  { surroundings }: { readonly surroundings: Pick<OAuthSurroundings, 'config'> },
): OAuthAnswer {
  if (target.isTrusted) return redirectTo(location)
  const html = messagePage({
    product: productTitle(surroundings.config()),
    kind: 'error',
    heading: 'This did not work',
    paragraphs: [
      error.message,
      `Nothing was connected. ${client.name} can be told so at the website ${target.shown}. If you did not start this yourself, close this window.`,
    ],
    requestId: undefined,
    link: { href: location, text: `Go back to ${target.shown}` },
  })
  return { status: error.status < 400 ? 400 : error.status, body: { html } }
}
