import type { DocumentRead } from '../catalogue/document/document-read.ts'
import type { LoadedCatalogue } from '../catalogue/load-catalogue.ts'

/** What each API's document was read from, by the API's name. */
export type DocumentReads = ReadonlyMap<string, readonly DocumentRead[]>

/** Of all documents of a catalogue, without keeping the documents. */
export function documentReads({ documents }: Pick<LoadedCatalogue, 'documents'>): DocumentReads {
  return new Map([...documents].map(([api, { reads }]) => [api, reads]))
}

/** APIs whose documents, or parts of them, have addresses. */
export function apisWithAddresses(reads: DocumentReads): readonly string[] {
  return [...reads].flatMap(([api, own]) => (own.some(({ kind }) => kind === 'url') ? [api] : []))
}
