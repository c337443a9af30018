import { makeTool } from '../policy/make-tool.ts'

/** Tools of a billing API: two that read, one that writes. */
export const BILLING_TOOLS = [
  makeTool('list_invoices', 'read:invoices'),
  makeTool('create_invoice', 'write:invoices', undefined, 'write'),
  makeTool('list_contacts', 'read:contacts'),
]
