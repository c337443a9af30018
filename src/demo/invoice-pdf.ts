import type { Contact } from './contacts.ts'
import type { Address } from './fields.ts'
import type { Invoice } from './invoice.ts'
import { formatAmount } from './money.ts'
import { A4, type PdfPage, type PdfRule, type PdfText, writePdf } from './pdf.ts'
import type { Workspace } from './workspaces.ts'

const LEFT = 56
const RIGHT = A4.width - LEFT
const BOTTOM = 72
/** Right edges of the columns of figures. */
const COLUMN = { quantity: 350, price: 420, rate: 465, net: RIGHT } as const
const SIZE = 9

/** The invoice as a PDF; a draft says so. As many pages as its lines need. */
export function invoicePdf(invoice: Invoice, seller: Workspace, buyer: Contact): Buffer {
  const sheet = new Sheet()
  writeHead(sheet, invoice, seller, buyer)
  writeLines(sheet, invoice)
  writeTotals(sheet, invoice)
  if (invoice.notes) {
    sheet.down(12)
    for (const row of wrap(invoice.notes, 95)) sheet.row([{ x: LEFT, text: row }])
  }
  return writePdf(titleOf(invoice), sheet.pages)
}

function writeHead(sheet: Sheet, invoice: Invoice, seller: Workspace, buyer: Contact): void {
  sheet.row([{ x: LEFT, text: titleOf(invoice), size: 20, bold: true }], 34)
  const from = [seller.legal_name, ...addressRows(seller.address), `VAT ${seller.vat_number}`]
  const to = [
    buyer.name,
    ...(buyer.address ? addressRows(buyer.address) : []),
    ...(buyer.vat_number ? [`VAT ${buyer.vat_number}`] : []),
  ]
  sheet.row([
    { x: LEFT, text: 'From', bold: true },
    { x: 310, text: 'To', bold: true },
  ])
  for (let index = 0; index < Math.max(from.length, to.length); index++) {
    sheet.row([
      { x: LEFT, text: shorten(from[index] ?? '', 48) },
      { x: 310, text: shorten(to[index] ?? '', 44) },
    ])
  }
  sheet.down(12)
  const facts = {
    Issued: invoice.issued_on,
    Due: invoice.due_on,
    Paid: invoice.paid_on,
    Reference: invoice.reference,
  }
  for (const [name, value] of Object.entries(facts)) {
    if (value === null) continue
    sheet.row([
      { x: LEFT, text: name, bold: true },
      { x: LEFT + 70, text: value },
    ])
  }
  sheet.down(12)
}

function writeLines(sheet: Sheet, { lines, currency }: Invoice): void {
  sheet.row([
    { x: LEFT, text: 'Description', bold: true },
    { right: COLUMN.quantity, text: 'Quantity', bold: true },
    { right: COLUMN.price, text: 'Price', bold: true },
    { right: COLUMN.rate, text: 'VAT', bold: true },
    { right: COLUMN.net, text: `Net ${currency}`, bold: true },
  ])
  sheet.rule()
  for (const line of lines) {
    const [first = '', ...more] = wrap(line.description, 46)
    sheet.row([
      { x: LEFT, text: first },
      { right: COLUMN.quantity, text: String(line.quantity) },
      { right: COLUMN.price, text: formatAmount(line.unit_price, currency, ',') },
      { right: COLUMN.rate, text: `${line.vat_rate}%` },
      { right: COLUMN.net, text: formatAmount(line.net, currency, ',') },
    ])
    for (const row of more) sheet.row([{ x: LEFT, text: row }])
  }
  sheet.rule()
}

function writeTotals(sheet: Sheet, { totals, currency }: Invoice): void {
  const sum = (text: string, amount: number, bold = false) =>
    sheet.row([
      { x: 310, text, bold },
      { right: COLUMN.net, text: formatAmount(amount, currency, ','), bold },
    ])
  sum('Net', totals.net)
  for (const { vat_rate, net, vat } of totals.vat_breakdown) {
    sum(`VAT ${vat_rate}% of ${formatAmount(net, currency, ',')}`, vat)
  }
  sum(`Total ${currency}`, totals.gross, true)
}

interface Cell {
  readonly text: string
  /** Left edge. */
  readonly x?: number
  /** Right edge, for figures. */
  readonly right?: number
  readonly size?: number
  readonly bold?: boolean
}

/** Fills pages from the top; starts another when one is full. */
class Sheet {
  readonly pages: PdfPage[] = []
  #texts: PdfText[] = []
  #rules: PdfRule[] = []
  #y = 0

  constructor() {
    this.#turn()
  }

  row(cells: readonly Cell[], height = 14): void {
    if (this.#y < BOTTOM) this.#turn()
    for (const { text, x, right, size = SIZE, bold = false } of cells) {
      const left = right === undefined ? (x ?? LEFT) : right - widthOf(text, size)
      if (text) this.#texts.push({ x: Math.round(left * 100) / 100, y: this.#y, text, size, bold })
    }
    this.#y -= height
  }

  rule(): void {
    this.#rules.push({ y: this.#y + 8, from: LEFT, to: RIGHT })
    this.#y -= 6
  }

  down(distance: number): void {
    this.#y -= distance
  }

  #turn(): void {
    this.#texts = []
    this.#rules = []
    this.#y = A4.height - 80
    this.pages.push({ texts: this.#texts, rules: this.#rules })
  }
}

// Widths of Helvetica in thousandths of the size: exact for figures, not too small for the column titles.
function widthOf(text: string, size: number): number {
  const widths: Readonly<Record<string, number>> = { '.': 278, ',': 278, ' ': 278, '-': 333, '%': 889 }
  const units = Array.from(
    text,
    character => widths[character] ?? (/[A-Z]/.test(character) ? 722 : 556),
  ).reduce((sum, width) => sum + width, 0)
  return (units * size) / 1_000
}

function titleOf({ number }: Invoice): string {
  return number === null ? 'Invoice draft' : `Invoice ${number}`
}

function addressRows({ street, postal_code, city, country }: Address): string[] {
  return [street, `${postal_code} ${city}`, country]
}

function shorten(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}

function wrap(text: string, columns: number): string[] {
  const rows: string[] = []
  let row = ''
  for (const word of text
    .split(/\s+/)
    .flatMap(word => word.match(new RegExp(`.{1,${columns}}`, 'gu')) ?? [])) {
    if (row && row.length + word.length + 1 > columns) {
      rows.push(row)
      row = ''
    }
    row += row ? ` ${word}` : word
  }
  return [...rows, row]
}
