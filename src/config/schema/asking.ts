import { z } from 'zod'

/** Long ones are not read, and clients show them in a small window. */
const LONGEST_MESSAGE = 500

const message = z.string().min(1).max(LONGEST_MESSAGE)

/** `tools.rules[].confirm`: the user says yes before the call is sent. */
export const confirmSchema = z.union([
  z.boolean(),
  z.strictObject({
    message: message
      .optional()
      .describe(
        'What the user reads; {name} stands for an argument of the call. Default: the tool’s title and its arguments.',
      ),
    without: z
      .enum(['refuse', 'call'])
      .default('refuse')
      .describe('What becomes of calls through a client that can’t ask its user.'),
  }),
])

/** One entry of `tools.rules[].ask`: a form that the user fills in before the call is sent. */
export const questionSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'not a name; write 1 to 64 letters, digits, _ or -')
    .optional()
    .describe('What the question is called in the protocol; default: its first argument.'),
  message: message.describe('What the user reads; {name} stands for an argument of the call.'),
  arguments: z
    .array(z.string().min(1))
    .min(1)
    .max(20)
    .describe('Arguments that the user gives; they leave the schema, and the model can’t set them.'),
})
