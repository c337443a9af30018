/** What a total is made of; integers as the database has them. */
export interface PricedLine {
  /** In thousandths. */
  readonly quantity: number
  /** In the currency's minor unit. */
  readonly unit_price: number
  /** In hundredths of a percent: 2100 is 21 %. */
  readonly vat_rate: number
}

/** Sums of an invoice, in the currency's minor unit. */
export interface Totals {
  readonly net: number
  readonly vat: number
  readonly gross: number
  /** Per VAT rate, lowest first. */
  readonly rates: readonly { readonly vat_rate: number; readonly net: number; readonly vat: number }[]
}

/** Net amount of one line: quantity times unit price, rounded half up to the minor unit. */
export function lineNet(line: PricedLine): number {
  return roundedQuotient(BigInt(line.quantity) * BigInt(line.unit_price), 1_000n)
}

/**
 * Totals of an invoice. VAT is taken once per rate, on the sum of its lines, and rounded then (EN 16931,
 * BR-CO-17), so that it does not depend on how the work is cut into lines.
 */
export function totalsOf(lines: readonly PricedLine[]): Totals {
  const nets = new Map<number, number>()
  for (const line of lines) nets.set(line.vat_rate, (nets.get(line.vat_rate) ?? 0) + lineNet(line))
  const rates = [...nets]
    .sort(([a], [b]) => a - b)
    .map(([vat_rate, net]) => ({
      vat_rate,
      net,
      vat: roundedQuotient(BigInt(net) * BigInt(vat_rate), 10_000n),
    }))
  const net = rates.reduce((sum, rate) => sum + rate.net, 0)
  const vat = rates.reduce((sum, rate) => sum + rate.vat, 0)
  return { net, vat, gross: net + vat, rates }
}

// Products go beyond 2^53, so they are exact integers until they are rounded. Nothing here is negative.
function roundedQuotient(dividend: bigint, divisor: bigint): number {
  return Number((2n * dividend + divisor) / (2n * divisor))
}
