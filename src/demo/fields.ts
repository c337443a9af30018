import { z } from 'zod'
import { CURRENCIES } from './money.ts'

/** Text of one line or more that is not blank. */
export function text(most: number): z.ZodString {
  return z.string().min(1).max(most).regex(/\S/, 'must not be blank')
}

/** An e-mail address. */
export const email = z.email().max(254)
/** A calendar date, `YYYY-MM-DD`. */
export const date = z.iso.date()
/** An ISO 4217 code that Tallybook invoices in. */
export const currency = z.enum(CURRENCIES)
/** A VAT identification number with its country. */
export const vatNumber = z
  .string()
  .regex(/^[A-Z]{2}[0-9A-Z]{2,12}$/, 'two letters of the country and 2 to 12 letters or digits')
/** A postal address. */
export const address = z.strictObject({
  street: text(200),
  postal_code: text(20),
  city: text(100),
  country: z.string().regex(/^[A-Z]{2}$/, 'the two letters of ISO 3166-1'),
})

/** A postal address. */
export type Address = z.output<typeof address>

/** The id of something of this API, by its prefix. */
export function idOf(prefix: 'ws' | 'con' | 'inv'): z.ZodString {
  return z.string().regex(new RegExp(`^${prefix}_[0-9a-f]{16}$`), `an id that starts with ${prefix}_`)
}
