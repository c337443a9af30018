import { createHmac, timingSafeEqual } from 'node:crypto'
import { PosternError } from '../errors.ts'
import type { Store } from '../store/store.ts'

/** What is signed for: a signature of one purpose is none for another. */
export type Purpose = 'request-state' | 'question-id' | 'session'

/** Where the key comes from: the installation's secret, which all instances on one store know. */
export type SigningStore = Pick<Store, 'installation'>

/**
 * Signs a list of texts, HMAC-SHA-256 in base64url. What is signed is unambiguous: no two lists have one text.
 *
 * @throws PosternError `store_unavailable` where the installation is not known
 */
export function sign({ installation }: SigningStore, purpose: Purpose, parts: readonly string[]): string {
  if (installation === undefined) throw new PosternError('store_unavailable', { detail: 'no installation' })
  const key = createHmac('sha256', installation.secret).update(`postern elicitation 1 ${purpose}`).digest()
  return createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url')
}

/** Whether a text is that signature, to the letter and in a time that says nothing of where it differs. */
export function isSignature(text: string, signature: string): boolean {
  const [given, expected] = [Buffer.from(text, 'utf8'), Buffer.from(signature, 'utf8')]
  return given.length === expected.length && timingSafeEqual(given, expected)
}
