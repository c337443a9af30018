import { z } from 'zod'
import { confirmSchema, questionSchema } from './asking.ts'
import { answerErrorsSchema } from './error-names.ts'
import { selectorSchema } from './selector.ts'
import { expression, jmespath, optionalSize, scope, tier } from './values.ts'

const hints = z.strictObject({
  readOnly: z.boolean().optional().describe('Changes nothing.'),
  destructive: z.boolean().optional().describe('May delete or overwrite.'),
  idempotent: z.boolean().optional().describe('Repeating it has no further effect.'),
  openWorld: z.boolean().optional().describe('Reaches people or systems outside the product.'),
})

const EXPOSURE = z.enum(['tool', 'resource'])

/** One entry of `tools.rules`: which operations, and what is different about them. */
export const ruleSchema = z.strictObject({
  match: selectorSchema.describe('Which operations this rule is about; all given members must match.'),
  name: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'not a tool name; write 1 to 64 letters, digits, _ or -')
    .optional()
    .describe('Whole name of the tool; the prefix is not added.'),
  title: z.string().optional().describe('Name for people.'),
  description: z.string().optional().describe('What the model reads.'),
  tier: tier.optional().describe('How much harm the tool can do.'),
  resource: z
    .string()
    .regex(/^[A-Za-z0-9_.-]+$/, 'not a resource; write letters, digits, _ . or -')
    .optional()
    .describe('What the tool acts on; the second half of its scope.'),
  scope: z
    .union([scope, z.array(scope).min(1)])
    .optional()
    .describe('Scope, or scopes that are all required, instead of `tier:resource`.'),
  hints: hints.optional().describe('MCP annotations that differ from the derived ones.'),
  mediaType: z
    .string()
    .optional()
    .describe('Which of the body’s media types is sent, where the document offers several.'),
  fields: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('Only these members of the answer are given to the model: `id`, `owner.name`, `items.*.id`.'),
  result: jmespath.optional().describe('JMESPath over the JSON answer; its result is given to the model.'),
  resultLimit: optionalSize.describe('Instead of the API’s `resultLimit`.'),
  errors: answerErrorsSchema
    .optional()
    .describe(
      'What the product calls error answers of the backend: `403: { code, message }`, or `"403 NOT_ENROLLED"` where the body has that code (`code`, `error`, `error.code`, `type`). Later rules win status by status.',
    ),
  cost: z.int().min(0).max(1_000_000).optional().describe('What a call counts against budgets; default: 1.'),
  when: expression('condition')
    .optional()
    .describe('CEL over `principal`; the tool exists only for callers for whom it is true.'),
  expose: z
    .union([EXPOSURE, z.array(EXPOSURE).min(1)])
    .optional()
    .describe(
      'Whether it is a tool, an MCP resource that is read, or both (`[tool, resource]`); resources are GET operations. Default: tool.',
    ),
  uri: z
    .string()
    .min(1)
    .optional()
    .describe(
      'URI of the resource, or template with its arguments: `acme://invoices/{id}{?status}`; default: scheme, API and path.',
    ),
  bind: z
    .record(z.string(), expression('value'))
    .optional()
    .describe(
      'Parameters set from the caller (CEL over `principal`); they leave the schema and can’t be set.',
    ),
  confirm: confirmSchema
    .optional()
    .describe('The user is asked through the client, by elicitation, and says yes before the call is sent.'),
  ask: z
    .array(questionSchema)
    .min(1)
    .max(10)
    .optional()
    .describe(
      'Forms that the user fills in through the client before the call is sent, one after the other.',
    ),
})
