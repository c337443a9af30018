/**
 * The scalar values of the configuration file: durations, sizes, expressions, names.
 *
 * Messages follow one form, `what is wrong; how to write it`, which {@link ConfigProblem} takes apart.
 */
import { z } from 'zod'
import { compileExpression, type ExpressionKind } from '../expression.ts'
import { parseDuration, parseSize } from '../units.ts'

/** A span of time, written `30s`; milliseconds after parsing. */
export const duration = (fallback: string) =>
  z
    .union([z.string(), z.int().nonnegative()])
    .default(fallback)
    .transform((value, context) => {
      const milliseconds = parseDuration(value)
      if (milliseconds !== undefined) return milliseconds
      context.addIssue({ code: 'custom', message: 'not a duration; write 500ms, 30s, 5m, 12h or 7d' })
      return z.NEVER
    })

/** An amount of data, written `10MB`; bytes after parsing. */
export const size = (fallback: string) =>
  z
    .union([z.string(), z.int().positive()])
    .default(fallback)
    .transform((value, context) => {
      const bytes = parseSize(value)
      if (bytes !== undefined) return bytes
      context.addIssue({ code: 'custom', message: 'not a size; write 512kB, 10MB or a number of bytes' })
      return z.NEVER
    })

/** A CEL expression over `principal`, compiled. */
export const expression = (kind: ExpressionKind) =>
  z.string().transform((source, context) => {
    try {
      return compileExpression(source, kind)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      context.addIssue({
        code: 'custom',
        message: `not a CEL expression that can be used: ${reason}`,
        params: { fix: EXPRESSION_FIX[kind] },
      })
      return z.NEVER
    }
  })

const EXPRESSION_FIX: Readonly<Record<ExpressionKind, string>> = {
  condition: `write CEL over principal that yields true or false, for example '"admin" in principal.roles'`,
  value: 'write CEL over principal that yields one value, for example principal.organization',
}

/** An HTTP field name (RFC 9110 section 5.1). */
export const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'not an HTTP header name; write letters, digits and -')

/** A URL path of this gateway, without a slash at its end. */
export const urlPath = z
  .string()
  .regex(/^\/[A-Za-z0-9._~/-]*$/, 'not a URL path; start with / and use only letters, digits and . _ ~ - /')
  .refine(path => path === '/' || !path.endsWith('/'), 'ends with a slash; leave the last / away')

/** An absolute http or https URL that can be the start of others. */
export const httpUrl = z
  .string()
  .refine(isHttpUrl, 'not a base URL; write an absolute http or https URL without user, query or fragment')

/** An HTTP method in any case; upper case after parsing. */
export const method = z
  .string()
  .transform(value => value.toUpperCase())
  .pipe(z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']))

/** One scope token (RFC 6749 section 3.3). */
export const scope = z
  .string()
  .regex(
    /^[\x21\x23-\x5b\x5d-\x7e]+$/,
    'not a scope; write one without spaces, quotes or backslashes (RFC 6749 section 3.3)',
  )

/** How much harm a tool can do. */
export const tier = z.enum(['read', 'write', 'manage'])

function isHttpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false
  const url = new URL(value)
  return /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash
}
