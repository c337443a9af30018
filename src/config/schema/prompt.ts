import { z } from 'zod'
import { expression, jmespath, scope, urlPath } from './values.ts'

/** Bytes as text (RFC 4648 section 4), padded. */
const base64 = z
  .string()
  .min(1)
  .regex(
    /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
    'not base64; write the bytes as `base64 -w0 FILE` prints them',
  )

const NAME = /^[A-Za-z0-9_.-]{1,64}$/
const name = z.string().regex(NAME, 'not a name; write 1 to 64 letters, digits, _ . or -')

const from = z.strictObject({
  tool: z
    .string()
    .min(1)
    .describe('Name of a read tool; it is called as the caller, with the caller’s rights.'),
  items: jmespath.describe('JMESPath that takes the values out of its JSON answer: `items[].id`.'),
  arguments: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .default({})
    .describe(
      'What it is called with; `{{name}}` is what was typed for an argument so far. One with nothing to put in is left out.',
    ),
})

const argument = z.strictObject({
  name: name.describe('Name of the argument, as `{{name}}` in messages.'),
  title: z.string().optional().describe('Name for people.'),
  description: z.string().optional().describe('What to write there.'),
  required: z.boolean().default(false).describe('Whether the prompt needs it.'),
  values: z
    .array(z.string().min(1).max(1_000))
    .min(1)
    .max(1_000)
    .optional()
    .describe('Values that clients offer; others are taken, too.'),
  from: from.optional().describe('The tool whose answer has the values that clients offer.'),
})

const media = (what: string, example: string) =>
  z
    .union([
      z.string().min(1),
      z
        .strictObject({
          file: z.string().min(1).optional().describe('File, relative to this one.'),
          data: base64.optional().describe('The bytes in base64, instead of a file.'),
          mimeType: z
            .string()
            .regex(
              new RegExp(`^${what}/[\\w.+-]+$`),
              `not a media type of this kind; write one such as ${example}`,
            )
            .optional()
            .describe('Media type; default: by the name of the file.'),
        })
        .refine(
          ({ file, data }) => (file === undefined) !== (data === undefined),
          'it needs either a file or its data; write one of `file` and `data`',
        ),
    ])
    .optional()
    .describe(`${what === 'image' ? 'Picture' : 'Sound'}: a file, relative to this one, or base64.`)

const KINDS = ['text', 'image', 'audio', 'resource'] as const

const message = z
  .strictObject({
    role: z.enum(['user', 'assistant']).default('user').describe('Who says it.'),
    text: z.string().min(1).optional().describe('Text; `{{name}}` is replaced by that argument.'),
    image: media('image', 'image/png'),
    audio: media('audio', 'audio/wav'),
    resource: z
      .string()
      .min(1)
      .optional()
      .describe(
        'URI of something exposed as a resource; it is read as the caller when the prompt is asked for. `{{name}}` as in texts, percent-encoded unless it is the whole URI.',
      ),
  })
  .refine(
    value => KINDS.filter(kind => value[kind] !== undefined).length === 1,
    'it needs exactly one content; write one of text, image, audio and resource',
  )

/** One entry of `prompts`. */
export const promptSchema = z.strictObject({
  name: name.describe('Name of the prompt; unique on each of its servers.'),
  title: z.string().optional().describe('Name for people.'),
  description: z.string().optional().describe('What the prompt is for.'),
  servers: z.array(urlPath).min(1).optional().describe('Paths of the servers that have it; default: all.'),
  scope: z
    .union([scope, z.array(scope).min(1)])
    .optional()
    .describe('Scope, or scopes that are all required to have it; default: none is.'),
  when: expression('condition')
    .optional()
    .describe('CEL over `principal`; the prompt exists only for callers for whom it is true.'),
  arguments: z.array(argument).max(32).default([]).describe('What is asked for before it is sent.'),
  ask: z
    .string()
    .min(1)
    .optional()
    .describe(
      'What the user is asked where required arguments are missing and the client can show a form; default: the prompt is refused.',
    ),
  messages: z.array(message).min(1).max(64).describe('What it says.'),
})
