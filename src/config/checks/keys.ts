import type { Config } from '../config.ts'
import type { Finding } from '../problem.ts'
import type { KeyConfig, ReadKey } from '../schema/key-source.ts'
import { readSealingKey } from '../sealing-key.ts'
import { readSigningKey } from '../signing-key.ts'

/** Keys that can't sign or encrypt, and one that is there twice. */
export function checkKeys({ signing, sealing }: Config): readonly Finding[] {
  return [
    ...check('signing', signing?.keys ?? [], readSigningKey, SIGNING_FIX),
    ...check('sealing', sealing?.keys ?? [], readSealingKey, SEALING_FIX),
  ]
}

const SIGNING_FIX = 'make one with `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`'
const SEALING_FIX = 'make one with `openssl rand -base64 32`'

function check<Key extends { equals(other: Key): boolean }>(
  section: string,
  keys: readonly KeyConfig[],
  read: (text: string) => ReadKey<Key>,
  fix: string,
): readonly Finding[] {
  const known: Key[] = []
  return keys.flatMap(({ file, value }, index) => {
    // A file that could not be read has been reported.
    if (value === '') return []
    const path = [section, 'keys', index, file === undefined ? 'value' : 'file']
    const { key, mistake } = read(value)
    if (mistake !== undefined) return [{ path, message: mistake, fix }]
    const isKnown = known.some(other => other.equals(key))
    known.push(key)
    return isKnown ? [{ path, message: 'the same key as one before it', fix: 'remove one of them' }] : []
  })
}
