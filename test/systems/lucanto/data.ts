/** What the product keeps: two accounts that must never see one another, the second with one workspace. */
export interface Workspace {
  readonly id: string
  readonly account: string
  readonly name: string
  readonly currency: string
}

export interface Contact {
  readonly id: string
  readonly workspace_id: string
  readonly name: string
  readonly email: string
}

export interface Invoice {
  readonly id: string
  readonly workspace_id: string
  readonly contact_id: string
  readonly status: 'draft' | 'issued' | 'paid'
  readonly number: string | null
  readonly amount: number
  readonly memo: string
}

/** One copy of the sample data. */
export interface Data {
  readonly workspaces: Workspace[]
  readonly contacts: Map<string, Contact>
  readonly invoices: Map<string, Invoice>
  /** By invoice: the addresses that it was sent to. */
  readonly sent: { readonly invoice: string; readonly to: string }[]
}

export function sampleData(): Data {
  const contacts: Contact[] = [
    { id: 'con_bakery', workspace_id: 'wsp_studio', name: 'Bakery Noor', email: 'noor@bakery.example' },
    { id: 'con_harbour', workspace_id: 'wsp_rental', name: 'Harbour Office', email: 'desk@harbour.example' },
    { id: 'con_rival', workspace_id: 'wsp_rival', name: 'Rival Customer', email: 'them@rival.example' },
  ]
  const invoice = (id: string, workspace_id: string, contact_id: string, more: Partial<Invoice> = {}) => ({
    ...{ id, workspace_id, contact_id, status: 'draft' as const, number: null, amount: 12_550, memo: '' },
    ...more,
  })
  const invoices: Invoice[] = [
    invoice('inv_logo', 'wsp_studio', 'con_bakery', { memo: 'Logo' }),
    invoice('inv_menu', 'wsp_studio', 'con_bakery', { status: 'issued', number: '2026-001', amount: 99_000 }),
    invoice('inv_berth', 'wsp_rental', 'con_harbour', { amount: 40_000 }),
    invoice('inv_rival', 'wsp_rival', 'con_rival', { memo: 'nobody else’s' }),
  ]
  return {
    workspaces: [
      { id: 'wsp_studio', account: 'acc_north', name: 'Studio North', currency: 'EUR' },
      { id: 'wsp_rental', account: 'acc_north', name: 'Boat rental', currency: 'EUR' },
      { id: 'wsp_rival', account: 'acc_rival', name: 'Rival', currency: 'SEK' },
    ],
    contacts: new Map(contacts.map(contact => [contact.id, contact])),
    invoices: new Map(invoices.map(item => [item.id, item])),
    sent: [],
  }
}
