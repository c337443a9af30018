import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { PosternError } from '../errors.ts'

/**
 * Encrypts a text so that only the holder of a secret can open it: a token, a code or a cookie that the store keeps as
 * a hash alone. Who has the store has nothing.
 *
 * AES-256-GCM; the key is derived from the secret and a random salt by HKDF-SHA-256 (RFC 5869), so each key encrypts
 * one text. The secret must have at least 128 random bits. `1.<salt>.<ciphertext and tag>`, base64url.
 *
 * @param place - where the text belongs; it opens nowhere else
 */
export function sealWith(secret: string, text: string, place: string): string {
  const salt = randomBytes(SALT)
  const cipher = createCipheriv(CIPHER, keyOf(secret, salt, place), NONCE, { authTagLength: TAG })
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return [VERSION, salt.toString('base64url'), sealed.toString('base64url')].join('.')
}

/**
 * Opens what {@link sealWith} has sealed with the same secret and place.
 *
 * @throws PosternError `sealed_credential_unreadable`
 */
export function openWith(secret: string, sealed: string, place: string): string {
  const [version, salt = '', rest = '', ...more] = sealed.split('.')
  const bytes = Buffer.from(rest, 'base64url')
  if (version !== VERSION || more.length > 0 || bytes.length < TAG) throw unreadable('is of no known form')
  try {
    const key = keyOf(secret, Buffer.from(salt, 'base64url'), place)
    const decipher = createDecipheriv(CIPHER, key, NONCE, { authTagLength: TAG })
    decipher.setAuthTag(bytes.subarray(-TAG))
    return Buffer.concat([decipher.update(bytes.subarray(0, -TAG)), decipher.final()]).toString('utf8')
  } catch {
    throw unreadable('was changed, or sealed with another secret or for another place')
  }
}

/**
 * Where the product's credential belongs that an access token brings along: the text is the JSON of request headers,
 * lower-case names.
 *
 * @param id - the token's public id, `oat_…`
 */
export function accessPlace(id: string): string {
  return `access token ${id}`
}

const CIPHER = 'aes-256-gcm'
const VERSION = '1'
const SALT = 32
const TAG = 16
/** A key is used once, so its nonce may always be the same (NIST SP 800-38D section 8.2). */
const NONCE = Buffer.alloc(12)

function keyOf(secret: string, salt: Buffer, place: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, `postern token sealing ${VERSION}\n${place}`, 32))
}

function unreadable(reason: string): PosternError {
  return new PosternError('sealed_credential_unreadable', { detail: `the sealed credential ${reason}` })
}
