/** The currencies that Tallybook invoices in (ISO 4217), with their number of decimal places. */
const DECIMALS = { CHF: 2, EUR: 2, GBP: 2, JPY: 0, USD: 2 } as const

/** ISO 4217 code of a currency that Tallybook knows. */
export type Currency = keyof typeof DECIMALS

/** Every {@link Currency}, in alphabetical order. */
export const CURRENCIES = ['CHF', 'EUR', 'GBP', 'JPY', 'USD'] as const satisfies readonly Currency[]

/**
 * An amount of minor units as a decimal number with a point: `123450` EUR is `1234.50`, `500` JPY is `500`.
 *
 * @param grouping Put between groups of three digits; none by default.
 */
export function formatAmount(minorUnits: number, currency: Currency, grouping = ''): string {
  const decimals = DECIMALS[currency]
  const digits = String(Math.abs(minorUnits)).padStart(decimals + 1, '0')
  const cut = digits.length - decimals
  const whole = digits.slice(0, cut).replace(/\B(?=(\d{3})+$)/g, grouping)
  return `${minorUnits < 0 ? '-' : ''}${whole}${decimals ? '.' : ''}${digits.slice(cut)}`
}
