/**
 * The scalar values of the configuration file: durations, sizes, expressions, names.
 *
 * Messages follow one form, `what is wrong; how to write it`, which {@link ConfigProblem} takes apart.
 */
import { compile as compileJmespath } from '@jmespath-community/jmespath'
import { z } from 'zod'
import { compileExpression, type ExpressionKind } from '../expression.ts'
import { parseDuration, parseSize } from '../units.ts'

/** What a timer of this runtime can still count (2³¹ − 1 ms); anything longer would fire at once. */
const LONGEST = 24 * 86_400_000

/** A span of time, written `30s`; milliseconds after parsing, at least `shortest`, at most 24 days. */
export const duration = (fallback: string, shortest = 0) =>
  z
    .union([z.string(), z.int().nonnegative()])
    .default(fallback)
    .transform((value, context) => readDuration(value, shortest, context))
    .meta({ title: 'duration' })

/** The same where it may be left out. */
export const optionalDuration = (shortest: number) =>
  z
    .union([z.string(), z.int().nonnegative()])
    .transform((value, context) => readDuration(value, shortest, context))
    .optional()
    .meta({ title: 'duration' })

function readDuration(value: string | number, shortest: number, context: z.RefinementCtx): number {
  const milliseconds = parseDuration(value)
  if (milliseconds !== undefined && milliseconds >= shortest && milliseconds <= LONGEST) return milliseconds
  const message =
    milliseconds === undefined
      ? 'not a duration; write 500ms, 30s, 5m, 12h or 7d'
      : `too ${milliseconds < shortest ? 'short' : 'long'}; write from ${shortest}ms to 24d`
  context.addIssue({ code: 'custom', message })
  return z.NEVER
}

/** An amount of data, written `10MB`; bytes after parsing, at least 1. */
export const size = (fallback: string) =>
  z.union([z.string(), z.int()]).default(fallback).transform(readSize).meta({ title: 'size' })

/** The same where it may be left out. */
export const optionalSize = z
  .union([z.string(), z.int()])
  .transform(readSize)
  .optional()
  .meta({ title: 'size' })

function readSize(value: string | number, context: z.RefinementCtx): number {
  const bytes = parseSize(value)
  if (bytes !== undefined && bytes > 0 && bytes <= LARGEST) return bytes
  context.addIssue({
    code: 'custom',
    message: 'not a size; write 512kB, 10MB or a number of bytes, at most 512MiB',
  })
  return z.NEVER
}

/** Bodies are kept in memory, and this runtime's longest text is a little more. */
const LARGEST = 512 * 1_048_576

/** A CEL expression over `principal`, compiled. */
export const expression = (kind: ExpressionKind) =>
  z
    .string()
    .transform((source, context) => {
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
    .meta({ title: 'CEL expression' })

/** A JMESPath expression that parses; compiled again where it is used. */
export const jmespath = z
  .string()
  .superRefine((source, context) => {
    try {
      compileJmespath(source)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      context.addIssue({
        code: 'custom',
        message: `not a JMESPath expression: ${reason}`,
        params: { fix: 'write JMESPath over the answer, for example items[].{id: id, name: name}' },
      })
    }
  })
  .meta({ title: 'JMESPath expression' })

const EXPRESSION_FIX: Readonly<Record<ExpressionKind, string>> = {
  condition: `write CEL over principal that yields true or false, for example '"admin" in principal.roles'`,
  value: 'write CEL over principal that yields one value, for example principal.organization',
  text: 'write CEL over principal that yields a text, for example principal.organization',
}

/** An HTTP field name (RFC 9110 section 5.1). */
export const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'not an HTTP header name; write letters, digits and -')

/** The header that carries a token. */
export const carrier = headerName
  .default('Authorization')
  .describe('Header that carries it; `Authorization` means `Bearer <token>`.')

/** A URL path of this gateway, without a slash at its end. */
export const urlPath = z
  .string()
  .regex(/^\/[A-Za-z0-9._~/-]*$/, 'not a URL path; start with / and use only letters, digits and . _ ~ - /')
  .refine(path => path === '/' || !path.endsWith('/'), 'ends with a slash; leave the last / away')

/** An absolute http or https URL that can be the start of others. */
export const httpUrl = z
  .string()
  .refine(isHttpUrl, 'not a base URL; write an absolute http or https URL without user, query or fragment')
  .meta({ title: 'URL' })

/** An HTTP method in any case, those of OpenAPI 3.2's `additionalOperations` included; upper case after parsing. */
export const method = z
  .string()
  .transform(value => value.toUpperCase())
  .pipe(
    z
      .string()
      .regex(/^[A-Z0-9!#$%&'*+.^_`|~-]{1,64}$/, 'not an HTTP method; write GET, POST or another one’s name'),
  )

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
