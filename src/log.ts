import pino from 'pino'

/** The process log: for operators, never for audit. */
export type Log = pino.Logger

/**
 * JSON lines on standard error, so that standard output stays free for the audit or, in stdio mode, for the
 * protocol. Errors are written without request headers or arguments; anything named like a credential is
 * censored even so.
 */
export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: SECRET_KEYS.flatMap(key => [key, `*.${key}`, `*.*.${key}`]),
        censor: '[redacted]',
      },
    },
    pino.destination({ dest: 2, sync: true }),
  )
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
