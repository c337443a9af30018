/**
 * The process log: JSON lines on standard error, for operators, never for audit. Standard output stays free for
 * the audit or, in stdio mode, for the protocol.
 *
 * What callers send and what signs in anywhere stays out of it. Errors are written member by member instead of
 * whole, because libraries hang requests, sockets and commands with their secrets on them; requests are written
 * as method and path; and whatever is named like a credential is censored even so.
 */
import pino from 'pino'
import { PosternError } from './errors.ts'

/** See the file's head. */
export type Log = pino.Logger

/** Makes the log. `level` is one of pino's, or `silent`; `destination` is there for tests. */
export function createLog(level: string, destination: pino.DestinationStream = standardError()): Log {
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: {
        err: serializeError,
        error: serializeError,
        req: serializeRequest,
        res: serializeResponse,
      },
      hooks: { logMethod: giveErrorsAMessage },
      redact: {
        paths: SECRET_KEYS.flatMap(key => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`]),
        censor: '[redacted]',
      },
    },
    destination,
  )
}

/** An error as the log shows it: nothing that is not listed here. */
export interface LoggedError {
  readonly type: string
  readonly code?: string
  readonly message: string
  /** Private reason of a {@link PosternError}. */
  readonly detail?: string
  /** The error's frames, and those of what caused it. */
  readonly stack?: string
}

/** Turns anything that was thrown into what may be logged. Never throws. */
export function serializeError(thrown: unknown): LoggedError {
  try {
    if (!(thrown instanceof Error))
      return { type: typeof thrown, message: 'something that is no error was thrown' }
    const code = codeOf(thrown)
    return {
      type: thrown.name,
      ...(code !== undefined && { code }),
      message: messageOf(thrown),
      ...(thrown instanceof PosternError && thrown.detail !== undefined && { detail: clean(thrown.detail) }),
      stack: stackOf(thrown),
    }
  } catch {
    return { type: 'unknown', message: 'the error can’t be read' }
  }
}

const SECRET_KEYS = [
  'authorization',
  'token',
  'password',
  'secret',
  'cookie',
  'headers',
  'rawHeaders',
  'arguments',
]
const LONGEST_TEXT = 1_000
const DEEPEST_CAUSE = 4

/** Without a message of its own a line would get the error's, uncleaned. */
function giveErrorsAMessage(this: pino.Logger, args: Parameters<pino.LogFn>, method: pino.LogFn): void {
  const first: unknown = args[0]
  const error =
    first instanceof Error ? first : first instanceof Object ? Reflect.get(first, 'err') : undefined
  if (args.length === 1 && error instanceof Error) args.push(messageOf(error))
  method.apply(this, args)
}

function standardError(): pino.DestinationStream {
  const destination = pino.destination({ dest: 2, sync: true })
  // A log that can't be written must not bring down what it tells of.
  destination.on('error', () => {})
  return destination
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? clean(error.code) : undefined
}

/** A parser's message quotes what it could not read, which is the caller's. */
function messageOf(error: Error): string {
  return error instanceof SyntaxError ? 'SyntaxError (its text is left out)' : clean(error.message)
}

function stackOf(error: Error): string {
  const parts: string[] = []
  let current: unknown = error
  for (let depth = 0; current instanceof Error && depth < DEEPEST_CAUSE; depth++, current = current.cause) {
    const head = [current.name, codeOf(current), messageOf(current)].filter(part => part !== undefined)
    parts.push(`${depth === 0 ? '' : 'caused by '}${head.join(' ')}\n${framesOf(current)}`.trimEnd())
  }
  return parts.join('\n')
}

function framesOf(error: Error): string {
  const lines = (error.stack ?? '').split('\n')
  return lines.filter(line => /^\s+at /.test(line)).join('\n')
}

/** Without what may be a credential: after a scheme’s name, and between `//` and `@` in a URL. */
function clean(text: string): string {
  return text
    .slice(0, LONGEST_TEXT)
    .replace(/\b(bearer|basic)\s+\S+/gi, '$1 [redacted]')
    .replace(/\/\/[^\s/@]*@/g, '//[redacted]@')
}

/** Method and path; a query may hold a token that a client put there. */
function serializeRequest(request: { readonly method?: unknown; readonly url?: unknown }): object {
  return { method: request.method, path: String(request.url ?? '').split(/[?#]/, 1)[0] }
}

function serializeResponse(response: { readonly statusCode?: unknown }): object {
  return { statusCode: response.statusCode }
}
