import { z } from 'zod'

/** Where one secret key comes from: a file or, by way of a placeholder, the environment. */
export const keySource = z
  .strictObject({
    file: z.string().min(1).optional().describe('File that holds it, relative to this one.'),
    value: z
      .string()
      .min(1)
      .optional()
      // biome-ignore lint/suspicious/noTemplateCurlyInString: shows how a placeholder is written
      .describe('The key itself, from the environment: `${POSTERN_KEY}`.'),
  })
  .refine(
    ({ file, value }) => (file === undefined) !== (value === undefined),
    'not one key; write either file or value',
  )

/** A key after loading, whatever it came from. */
export interface KeyConfig {
  /** File that it was read from, as the configuration names it. */
  readonly file?: string
  /** Its text. */
  readonly value: string
}

/** A key that was read from text, or in words that hold nothing of it why it can't be used. */
export type ReadKey<Key> =
  | { readonly key: Key; readonly mistake?: undefined }
  | { readonly key?: undefined; readonly mistake: string }
