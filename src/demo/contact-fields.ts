import { z } from 'zod'
import { address, email, idOf, text, vatNumber } from './fields.ts'
import { pageQuery } from './page.ts'

const fields = {
  name: text(200),
  email: email.nullable().optional(),
  vat_number: vatNumber.nullable().optional(),
  address: address.nullable().optional(),
}

/** Body of createContact. */
export const contactCreate = z.strictObject({ workspace_id: idOf('ws'), ...fields })
/** Body of updateContact: what is left out stays, null empties. */
export const contactPatch = z
  .strictObject({ ...fields, name: fields.name.optional() })
  .refine(body => Object.keys(body).length > 0, 'name at least one field to change')
  .meta({ minProperties: 1 })
/** Query of listContacts. */
export const contactQuery = z.strictObject({
  workspace_id: idOf('ws').optional(),
  search: z.string().min(1).max(100).optional(),
  ...pageQuery,
})

export type ContactCreate = z.output<typeof contactCreate>
export type ContactPatch = z.output<typeof contactPatch>
export type ContactQuery = z.output<typeof contactQuery>
