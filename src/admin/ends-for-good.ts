import { isMintedId } from './minted-id.ts'

/**
 * Whether the revocation of this credential has no end and can't be taken back: of what Postern has minted, and of a
 * connection (`gra_…`). The records of an ended connection are gone and its access tokens live until they expire; it is
 * the word alone that refuses them.
 */
export function endsForGood(id: string): boolean {
  return isMintedId(id) || id.startsWith('gra_')
}
