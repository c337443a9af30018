import { PosternError } from '../errors.ts'
import { corsHeaders } from './cors.ts'
import type { HttpDoor } from './door.ts'
import type { Post } from './post.ts'
import { renderError } from './render-error.ts'
import { writeAnswer } from './write-answer.ts'

/**
 * Answers a method that the endpoint doesn't take: 405. But a GET or HEAD without any credential is told first where
 * tokens come from, if they come from an authorization server (RFC 9728 section 5.1): some clients look for that before
 * they have posted anything, and give up at a 405 (Gemini CLI asks with HEAD, Codex and mcp-remote with GET).
 *
 * Nothing is told to the audit: clients of 2025-11-25 ask for a stream and end a session that there is none of, each
 * time. Settles when the answer is written, and never rejects.
 */
export async function answerProbe(post: Post, door: HttpDoor): Promise<void> {
  const challenge = await challengeFor(post, door)
  const refusal = challenge ?? new PosternError('method_not_allowed', { headers: { allow: 'POST' } })
  const error = forPeople(refusal, post, door)
  writeAnswer(post.response, error.status, renderError(error, undefined, door.errorNames), {
    ...error.headers,
    ...corsHeaders(post.headers.origin),
  })
}

/** The 401 of somebody who presents nothing; undefined where they presented something, or it leads nowhere. */
async function challengeFor(post: Post, door: HttpDoor): Promise<PosternError | undefined> {
  const { method } = post.raw
  // A token that is there is not looked at: the answer would be the same whatever it is.
  if ((method !== 'GET' && method !== 'HEAD') || post.headers.authorization !== undefined) return undefined
  try {
    await door.authenticate(post)
    return undefined
  } catch (thrown) {
    const isMissing = thrown instanceof PosternError && thrown.code === 'missing_token'
    return isMissing && leadsOn(thrown) ? thrown : undefined
  }
}

function leadsOn({ headers = {} }: PosternError): boolean {
  return Object.entries(headers).some(
    ([name, value]) => name.toLowerCase() === 'www-authenticate' && value.includes('resource_metadata='),
  )
}

/** Somebody who opens the endpoint in a browser is told where to go instead. */
function forPeople(error: PosternError, { raw, headers }: Post, { connectPage }: HttpDoor): PosternError {
  const isPerson = raw.method === 'GET' && headers.accept?.includes('text/html') === true
  if (!isPerson || connectPage === undefined) return error
  return new PosternError(error.code, {
    message: `${error.message} This address is for MCP clients; ${connectPage} shows people how to connect one.`,
    ...(error.headers && { headers: error.headers }),
  })
}
