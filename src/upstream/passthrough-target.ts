import { PosternError } from '../errors.ts'

/** What a pass-through request asks for, byte for byte as it was sent. */
export interface PassthroughTarget {
  /** Path below the pass-through's own, starting with `/`. */
  readonly path: string
  /** Query without `?`; empty where there is none. */
  readonly query: string
}

/**
 * Takes the request target apart without decoding anything, so that what is matched is what is sent.
 *
 * @param prefix - the pass-through's path, without a slash at its end.
 * @throws PosternError `unknown_operation` for a target that is not below the prefix as written (the router
 *   also takes an encoded prefix) or that is no plain path; `invalid_request` for a query with anything that
 *   RFC 3986 does not allow there.
 */
export function passthroughTarget(url: string, prefix: string): PassthroughTarget {
  if (!url.startsWith(`${prefix}/`)) throw new PosternError('unknown_operation')
  const rest = url.slice(prefix.length)
  const mark = rest.indexOf('?')
  const path = mark === -1 ? rest : rest.slice(0, mark)
  const query = mark === -1 ? '' : rest.slice(mark + 1)
  if (!PATH.test(path)) throw new PosternError('unknown_operation')
  if (!QUERY.test(query)) {
    throw new PosternError('invalid_request', {
      message:
        'The query has characters that must be percent-encoded, or a percent sign that starts no encoding.',
    })
  }
  return { path, query }
}

/** Characters of RFC 3986; everything else is for the matcher to judge. */
const PATH = /^\/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*$/
/** The same with `?`, and what clients send raw all the same and no parser takes amiss. */
const QUERY = /^(?:[A-Za-z0-9._~!$&'()*+,;=:@/?[\]{}|"<>^`-]|%[0-9A-Fa-f]{2})*$/
