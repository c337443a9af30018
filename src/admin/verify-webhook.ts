import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { PosternError } from '../errors.ts'

/** How far the sender's clock may be off, in seconds. */
const TOLERANCE = 300
/** Signatures that are looked at; a sender that changes its secret sends two. */
const MOST_SIGNATURES = 8

/** By their names in the Standard Webhooks specification: id, time and signatures of a message. */
const WEBHOOK_HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const

/** Whether a request says that it is signed. */
export function isSigned(headers: IncomingHttpHeaders): boolean {
  return WEBHOOK_HEADERS.some(name => headers[name] !== undefined)
}

/**
 * Verifies the signature of a message as the Standard Webhooks specification has it: HMAC-SHA256 over
 * `id.timestamp.body`, with any of the keys, as one of the `v1,<base64>` in `webhook-signature`. The body is taken as it
 * came, byte for byte. Whether it came before is not asked here.
 *
 * @param rawHeaders - names and values in turn, as they came
 * @param now - milliseconds since the epoch
 * @returns the message's id
 * @throws PosternError `invalid_signature`, the same for every reason that depends on a key
 */
export function verifyWebhook(
  rawHeaders: readonly string[],
  body: Buffer,
  keys: readonly Buffer[],
  now: number,
): string {
  const [id, timestamp, signatures] = WEBHOOK_HEADERS.map(name => onlyOne(rawHeaders, name))
  if (id === undefined || timestamp === undefined || signatures === undefined) throw refused()
  // A dot would let a part of the id pass for a part of the timestamp.
  if (!/^[\x21-\x2d\x2f-\x7e]{1,256}$/.test(id) || !/^[1-9]\d{0,11}$/.test(timestamp)) throw refused()
  const at = Number(timestamp)
  if (!(Math.abs(Math.floor(now / 1_000) - at) <= TOLERANCE)) throw refused()
  const presented = signatures
    .split(' ', MOST_SIGNATURES)
    .filter(each => /^v1,[A-Za-z0-9+/]{43}=$/.test(each))
    .map(each => Buffer.from(each.slice(3), 'base64'))
  let isGood = false
  for (const key of keys) {
    const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest()
    for (const signature of presented) {
      if (signature.length === expected.length && timingSafeEqual(signature, expected)) isGood = true
    }
  }
  if (!isGood) throw refused()
  return id
}

/** The header's value; undefined where it is missing or there twice, so that nobody has to guess which one is meant. */
function onlyOne(rawHeaders: readonly string[], name: string): string | undefined {
  const values = rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name,
  )
  return values.length === 1 ? values[0] : undefined
}

function refused(): PosternError {
  return new PosternError('invalid_signature')
}
