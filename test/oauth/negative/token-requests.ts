/** Requests to the token endpoint as clients send them, with what an attacker changes of them. */
import { type CodeHolder, type Connected, listTools, type OAuthDoor, postForm } from '../gateway.ts'

/** Members that are replaced; undefined leaves one out. */
export type Changes = Readonly<Record<string, string | undefined>>
export type Answer = Awaited<ReturnType<typeof postForm>>

/** Redeems a code (RFC 6749 section 4.1.3). */
export function redeem(
  door: OAuthDoor,
  { clientId, code, verifier }: CodeHolder,
  changes: Changes = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const form = { grant_type: 'authorization_code', code, client_id: clientId, code_verifier: verifier }
  return postForm(door, '/oauth/token', { ...form, ...changes }, headers)
}

/** Uses a refresh token (RFC 6749 section 6). */
export function refresh(
  door: OAuthDoor,
  { clientId, refreshToken }: Pick<Connected, 'clientId' | 'refreshToken'>,
  changes: Changes = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const form = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId }
  return postForm(door, '/oauth/token', { ...form, ...changes }, headers)
}

/** Sends a body as it is. */
export async function postText(
  { origin }: OAuthDoor,
  path: string,
  body: string,
  headers: Readonly<Record<string, string>> | readonly (readonly [string, string])[] = {},
): Promise<{ readonly status: number; readonly headers: Headers; readonly body: Record<string, unknown> }> {
  const sent = new Headers({ 'content-type': 'application/x-www-form-urlencoded' })
  for (const [name, value] of Array.isArray(headers) ? headers : Object.entries(headers))
    sent.set(name, value)
  const answer = await fetch(origin + path, { method: 'POST', headers: sent, body })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: text === '' ? {} : JSON.parse(text) }
}

/** What an MCP server answers to a token: 200 where it is good. */
export async function statusOf(door: OAuthDoor, token: unknown, path?: string): Promise<number> {
  const answer = await listTools(door, String(token), path)
  await answer.body?.cancel()
  return answer.status
}

/** The tokens of an answer, as one connected. */
export function pairOf({ body }: Answer): Pick<Connected, 'accessToken' | 'refreshToken'> {
  return { accessToken: String(body.access_token), refreshToken: String(body.refresh_token) }
}
