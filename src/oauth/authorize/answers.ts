import { messagePage } from '../../console/pages/message-page.ts'
import type { OAuthAnswer, SetCookie } from '../http.ts'

/** Sends the browser on. Only where no form has led here: see {@link continueTo}. */
export function redirectTo(location: string, cookies: readonly SetCookie[] = []): OAuthAnswer {
  return { status: 303, headers: { location }, cookies }
}

/** What {@link continueTo} says while the browser goes on. */
export interface Continuation {
  /** Title of the gateway. */
  readonly product: string
  /** What has happened, without a full stop. */
  readonly heading: string
  /** What happens next, and what to do if it does not. */
  readonly text: string
  /** Of the link: `Go on to Claude`. */
  readonly link: string
}

/**
 * Answers a form that leads elsewhere by a page that goes on by itself and has a link besides. A redirect would not do:
 * browsers hold `form-action` against every redirect that follows a form, also those of other sites that nobody here can
 * know (vscode.dev sends on to 127.0.0.1, an identity provider to another one), and with an address of a private scheme
 * the form would stay on the screen as if nothing had happened.
 *
 * @param href - whole URI of visible ASCII: a redirect URI that was checked, or an identity provider's
 */
export function continueTo(
  href: string,
  { product, heading, text, link }: Continuation,
  cookies: readonly SetCookie[] = [],
): OAuthAnswer {
  return {
    status: 200,
    headers: { refresh: `0;url=${href}` },
    cookies,
    body: {
      html: messagePage({
        product,
        kind: 'notice',
        heading,
        paragraphs: [text],
        requestId: undefined,
        link: { href, text: link },
      }),
    },
  }
}
