import { z } from 'zod'
import { NAMEABLE_CODES, type NameableCode } from '../error-names.ts'

const code = z
  .string()
  .regex(
    /^[\x21-\x7e]{1,128}$/,
    'not an error code; write 1 to 128 printable ASCII characters without spaces, mcp.scope.denied for example',
  )
  .describe('The product’s own code.')

/** Only the one who writes the configuration speaks here: what callers or backends say is never filled in. */
const message = z
  .string()
  .max(2_000)
  .regex(
    /^(?=.*\S)[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u,
    'not a message; write a sentence on one line, without control characters',
  )
  .describe('What callers read instead of Postern’s own words; nothing is filled in.')

/** What a product calls an error: its code, or its code and what it says. */
const errorName = z
  .union([
    code.transform(own => ({ code: own, message: undefined })),
    z.strictObject({ code, message: message.optional() }),
  ])
  .meta({ title: 'code, or `{ code, message }`' })

/** `errors`: a member for every code that can be renamed, so that a slip of the pen is found. */
export const errorNamesSchema = z.strictObject(
  Object.fromEntries(
    NAMEABLE_CODES.map(([own, meaning]) => [own, errorName.optional().describe(meaning)]),
  ) as Record<NameableCode, z.ZodOptional<typeof errorName>>,
)

/** `errors` of a rule: what the backend's answers of a status, or of a status with a code in the body, are called. */
export const answerErrorsSchema = z
  .record(
    z
      .string()
      .regex(
        /^[45]\d\d(?: [\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?)?$/,
        'not an answer; write a status from 400 to 599, or one and the code in its body: 403, or "403 NOT_ENROLLED"',
      ),
    errorName,
  )
  .refine(
    names => Object.keys(names).length > 0,
    'empty; write a status and what it is called, or leave it out',
  )
