import { isIP } from 'node:net'
import { z } from 'zod'

/**
 * An address or a range of addresses, `10.0.0.0/8`. All addresses there are would let every caller say where it
 * comes from, so that is no range.
 */
export const addressRange = z.string().superRefine((text, context) => {
  const [, address = '', digits] = /^([0-9A-Fa-f:.]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const family = isIP(address)
  const bits = family === 4 ? 32 : 128
  const prefix = digits === undefined ? bits : Number(digits)
  if (family === 0 || prefix > bits) {
    const message = 'not an address or a range; write 10.0.0.7, 10.0.0.0/8 or fd00::/8'
    context.addIssue({ code: 'custom', message })
  } else if (prefix === 0) {
    const message = 'trusts every address, so every caller could write its own; name the proxies’ range'
    context.addIssue({ code: 'custom', message })
  }
})

/** Whose X-Forwarded-For is believed: see `mcp/client-address.ts`. */
export const trustedProxiesSchema = z.array(addressRange).max(1_000)
