import type { Address } from './fields.ts'
import type { LineInput } from './invoice-fields.ts'
import type { Currency } from './money.ts'
import type { Role } from './scopes.ts'

/** The organisations of the sample data; the label makes the id. */
export const ORGANIZATIONS = { harbour: 'Harbour & Vale', northlight: 'Northlight Press' } as const

/** The users of the sample data. `outsider` is the one of the other organisation, `gateway` is a machine. */
export const USERS = {
  admin: user('harbour', 'ines@harbourvale.example', 'Ines Harbour', 'admin'),
  accountant: user('harbour', 'tomas@harbourvale.example', 'Tomás Vale', 'accountant'),
  viewer: user('harbour', 'wanda@harbourvale.example', 'Wanda Reed', 'viewer'),
  gateway: user('harbour', 'gateway@harbourvale.example', 'Gateway', 'admin'),
  outsider: user('northlight', 'noor@northlight.example', 'Noor Light', 'admin'),
} as const

/** Label of a user of the sample data. */
export type DemoUser = keyof typeof USERS

/** Workspaces, oldest first. */
export const WORKSPACES = [
  {
    label: 'studio',
    organization: 'harbour',
    name: 'Studio',
    legal_name: 'Harbour & Vale Studio B.V.',
    address: at('Kade 12', '3011 AB', 'Rotterdam', 'NL'),
    vat_number: 'NL001234567B01',
    currency: 'EUR',
    number_prefix: 'STU',
  },
  {
    label: 'workshop',
    organization: 'harbour',
    name: 'Workshop',
    legal_name: 'Vale Workshop Ltd',
    address: at('4 Mill Lane', 'LS1 4AB', 'Leeds', 'GB'),
    vat_number: 'GB123456789',
    currency: 'GBP',
    number_prefix: 'WRK',
  },
  {
    label: 'press',
    organization: 'northlight',
    name: 'Press',
    legal_name: 'Northlight Press GmbH',
    address: at('Nordstraße 3', '20095', 'Hamburg', 'DE'),
    vat_number: 'DE123456789',
    currency: 'EUR',
    number_prefix: 'NLP',
  },
] as const satisfies readonly SampleWorkspace[]

/** Contacts, oldest first. */
export const CONTACTS: readonly SampleContact[] = [
  {
    label: 'bakker',
    workspace: 'studio',
    name: 'Bakkerij De Korenaar',
    email: 'administratie@korenaar.example',
    vat_number: 'NL009876543B02',
    address: at('Dorpsstraat 8', '2611 BX', 'Delft', 'NL'),
  },
  {
    label: 'cafe',
    workspace: 'studio',
    name: 'Café Étoile, Liège',
    email: 'compta@etoile.example',
    vat_number: 'BE0123456789',
    address: at('Rue du Pont 21', '4000', 'Liège', 'BE'),
  },
  // Without an e-mail address: sending to this contact needs an explicit one.
  {
    label: 'walk-in',
    workspace: 'studio',
    name: 'Stichting Oude Haven',
    email: null,
    vat_number: null,
    address: null,
  },
  {
    label: 'joiner',
    workspace: 'workshop',
    name: 'O’Neill Joinery',
    email: 'accounts@oneill.example',
    vat_number: 'GB987654321',
    address: at('77 Canal Road', 'BD1 4SJ', 'Bradford', 'GB'),
  },
  {
    label: 'school',
    workspace: 'workshop',
    name: 'Moorside Primary School',
    email: 'office@moorside.example',
    vat_number: null,
    address: at('1 School Hill', 'HX1 5DG', 'Halifax', 'GB'),
  },
  {
    label: 'gallery',
    workspace: 'press',
    name: 'Galerie Süd',
    email: 'post@galerie-sued.example',
    vat_number: 'DE987654321',
    address: at('Lindenallee 5', '80331', 'München', 'DE'),
  },
]

/** Invoices, oldest first. `after` counts days from the first of January 2025 to the day it was made. */
export const INVOICES: readonly SampleInvoice[] = [
  invoice('logo', 'bakker', 6, [line('Logo and house style', 1, 180_000, 21)], { issued: 7, paid: 19 }),
  invoice('menu', 'cafe', 13, [line('Menu design, per page', 12, 4_500, 21)], { issued: 13, paid: 30 }),
  invoice('bench', 'joiner', 20, [line('Workbench repair, hours', 7.5, 4_200, 20)], { issued: 21, paid: 49 }),
  invoice(
    'boxes',
    'bakker',
    34,
    [line('Cake boxes, printed', 2_000, 38, 21), line('Delivery', 1, 4_950, 21)],
    { issued: 35, sent: true },
  ),
  invoice('catalogue', 'gallery', 36, [line('Exhibition catalogue', 300, 1_290, 7)], {
    issued: 37,
    paid: 60,
  }),
  invoice(
    'shelves',
    'school',
    41,
    [line('Library shelves', 14, 8_600, 20), line('Reading stools', 24, 2_150, 0)],
    {
      issued: 42,
      sent: true,
    },
  ),
  invoice('site', 'cafe', 55, [line('Website, monthly care', 3, 9_900, 21)], { issued: 56 }),
  invoice(
    'sign',
    'walk-in',
    62,
    [line('Harbour sign, enamel', 1, 74_950, 21), line('Guidebook', 40, 650, 9)],
    {
      issued: 63,
    },
  ),
  invoice('posters', 'gallery', 70, [line('Posters A2', 150, 310, 19)], {}),
  invoice('doors', 'joiner', 84, [line('Oak door, unfinished', 4, 21_500, 20)], {}),
  invoice('labels', 'bakker', 90, [line('Jar labels', 5_000, 4, 21)], { reference: 'PO 4471' }),
  invoice('cards', 'cafe', 97, [line('Loyalty cards', 1_000, 9, 21), line('Stamp', 2, 2_450, 21)], {
    notes: 'Second batch at the same price until September.',
  }),
]

interface SampleUser {
  readonly organization: keyof typeof ORGANIZATIONS
  readonly email: string
  readonly name: string
  readonly role: Role
}

interface SampleWorkspace {
  readonly label: string
  readonly organization: keyof typeof ORGANIZATIONS
  readonly name: string
  readonly legal_name: string
  readonly address: Address
  readonly vat_number: string
  readonly currency: Currency
  readonly number_prefix: string
}

interface SampleContact {
  readonly label: string
  readonly workspace: (typeof WORKSPACES)[number]['label']
  readonly name: string
  readonly email: string | null
  readonly vat_number: string | null
  readonly address: Address | null
}

interface SampleInvoice {
  readonly label: string
  readonly contact: string
  readonly after: number
  readonly lines: readonly LineInput[]
  /** Days from the first of January 2025; left out for a draft. */
  readonly issued?: number
  readonly paid?: number
  /** Sent to the contact on the day it was issued. */
  readonly sent?: boolean
  readonly reference?: string
  readonly notes?: string
}

function user(organization: SampleUser['organization'], email: string, name: string, role: Role): SampleUser {
  return { organization, email, name, role }
}

function at(street: string, postal_code: string, city: string, country: string): Address {
  return { street, postal_code, city, country }
}

function line(description: string, quantity: number, unit_price: number, vat_rate: number): LineInput {
  return { description, quantity, unit_price, vat_rate }
}

function invoice(
  label: string,
  contact: string,
  after: number,
  lines: readonly LineInput[],
  rest: Omit<SampleInvoice, 'label' | 'contact' | 'after' | 'lines'>,
): SampleInvoice {
  return { label, contact, after, lines, ...rest }
}
