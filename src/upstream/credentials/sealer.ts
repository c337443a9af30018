import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import type { KeysConfig } from '../../config/schema.ts'
import { readSealingKey } from '../../config/sealing-key.ts'
import { PosternError } from '../../errors.ts'

/** Encrypts texts so that they can be read only with a key and only where they belong. */
export interface Sealer {
  /** @param place - where the text belongs; opens nowhere else */
  seal(text: string, place: string): string
  /**
   * @returns the text, and whether the first key sealed it
   * @throws PosternError `sealed_credential_unreadable` where no key is the right one, or anything was changed
   */
  open(sealed: string, place: string): { readonly text: string; readonly isCurrent: boolean }
}

/**
 * AES-256-GCM with a random nonce of 96 bits for each text (NIST SP 800-38D section 8.2.2: good for 2³² texts of one
 * key). The place is authenticated with it, so a text that is copied to another place does not open there.
 *
 * `1.<key id>.<nonce>.<ciphertext and tag>`, base64url. The key id tells which key it is and nothing about it.
 */
export function createSealer({ keys }: KeysConfig): Sealer {
  const known = new Map(keys.map(({ value }) => prepare(value)))
  const [first] = known
  if (first === undefined) throw unusable('there is no key')
  const [currentId, currentKey] = first
  return {
    seal(text, place) {
      const nonce = randomBytes(NONCE)
      const cipher = createCipheriv(CIPHER, currentKey, nonce, { authTagLength: TAG })
      cipher.setAAD(context(currentId, place))
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return [VERSION, currentId, nonce.toString('base64url'), sealed.toString('base64url')].join('.')
    },
    open(sealed, place) {
      const [version, id = '', nonce = '', rest = '', ...more] = sealed.split('.')
      const key = known.get(id)
      if (version !== VERSION || more.length > 0) throw unreadable('is no sealed text of this version')
      if (key === undefined) throw unreadable('was sealed with a key that is not among sealing.keys')
      const text = decrypt(key, context(id, place), { nonce, rest })
      if (text === undefined) throw unreadable('was changed, or copied here from another place')
      return { text, isCurrent: id === currentId }
    },
  }
}

const CIPHER = 'aes-256-gcm'
const VERSION = '1'
const NONCE = 12
const TAG = 16

function prepare(text: string): readonly [id: string, key: Buffer] {
  const { key, mistake } = readSealingKey(text)
  if (mistake !== undefined) throw unusable(mistake)
  const id = createHmac('sha256', key).update('postern sealing key id').digest().subarray(0, 6)
  return [id.toString('base64url'), key]
}

function context(id: string, place: string): Buffer {
  return Buffer.from(`postern sealed ${VERSION}\n${id}\n${place}`)
}

function decrypt(
  key: Buffer,
  aad: Buffer,
  { nonce, rest }: { readonly nonce: string; readonly rest: string },
): string | undefined {
  const bytes = Buffer.from(rest, 'base64url')
  const start = Buffer.from(nonce, 'base64url')
  if (bytes.length < TAG || start.length !== NONCE) return undefined
  try {
    const decipher = createDecipheriv(CIPHER, key, start, { authTagLength: TAG })
    decipher.setAAD(aad)
    decipher.setAuthTag(bytes.subarray(-TAG))
    return Buffer.concat([decipher.update(bytes.subarray(0, -TAG)), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

function unreadable(reason: string): PosternError {
  return new PosternError('sealed_credential_unreadable', { detail: `the sealed credential ${reason}` })
}

function unusable(message: string): PosternError {
  return new PosternError('configuration_invalid', { message: `sealing: ${message}.` })
}
