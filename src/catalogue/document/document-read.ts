import { hash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'

/** One place that a document was read from, and how to tell later whether something else is there. */
export type DocumentRead = FileRead | UrlRead

/** A file, whether or not it was there. */
export interface FileRead {
  readonly kind: 'file'
  /** Absolute, as it was named: symbolic links are not resolved, since what they lead to may change. */
  readonly path: string
  /** Of what was read, see {@link signatureOf}. */
  readonly signature: string
}

/** An address. Its query may hold a secret. */
export interface UrlRead {
  readonly kind: 'url'
  readonly url: string
  /** Of the text, see {@link digestOf}; undefined where it could not be had. */
  readonly digest: string | undefined
  readonly validators: Validators
}

/** What an origin gave to ask for changes with (RFC 9110, section 8.8). */
export interface Validators {
  readonly etag?: string
  readonly lastModified?: string
}

/** The signature of a file that is not there, or can't be looked at. */
export const NO_FILE = 'none'

/** Tells one content of a file from another without reading it: which file it is, its size and last change. */
export function signatureOf({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return `${dev} ${ino} ${size} ${mtimeNs}`
}

/** SHA-256 of a document's text. */
export function digestOf(text: string): string {
  return hash('sha256', text, 'base64')
}
