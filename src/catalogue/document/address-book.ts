import { posix } from 'node:path'
import type { JsonObject } from '../tool.ts'
import type { LoadedFile } from './collect-files.ts'
import { findNamedPlaces, type NamedPlaces, resolveIdentifier } from './named-places.ts'
import { type DocumentFile, decodeFragment, descend, splitReference } from './resolve-reference.ts'

/** Where a document is. */
export interface DocumentAddress {
  /** Where it was read, a `file:` or `http(s):` URL. */
  readonly location: URL
  /** Whether `$id` and anchors mean something in it: from OpenAPI 3.1 on. */
  readonly hasIdentifiers: boolean
}

/** One file of a document, the document itself included. */
export interface FileState {
  /** What references to it start with; empty for the document itself. */
  readonly name: string
  /** Where it is, after redirects once it is loaded. */
  location: URL
  state: 'wanted' | 'loaded' | 'failed'
  value: unknown
  problem: string
  /** The URL that its references are relative to (OpenAPI 3.2 `$self`, else its location). */
  base: string
  readonly anchors: () => ReadonlyMap<string, unknown>
  /** The base at a place: that of the innermost `$id` among the objects that lead to it. */
  readonly baseAt: (path: readonly JsonObject[], outer?: string) => string
}

/** Where a reference leads. */
export interface Target {
  readonly file: FileState
  readonly fragment: string
  /** As rewritten. */
  readonly reference: string
}

/** Knows the files of a document by their addresses, and which one a reference means. */
export interface AddressBook {
  readonly root: FileState
  /** Makes a reference unambiguous, in place; undefined where it is no URL. The same object is rewritten once. */
  readonly rewrite: (at: JsonObject, file: FileState, base: string, key?: string) => Target | undefined
  readonly fill: (file: FileState, loaded: LoadedFile | undefined) => void
  readonly files: () => ReadonlyMap<string, DocumentFile>
}

/** Makes the address book of one document. */
export function createAddressBook(document: JsonObject, address: DocumentAddress): AddressBook {
  const { hasIdentifiers } = address
  const byAddress = new Map<string, FileState>()
  const places = new Map<FileState, NamedPlaces>()
  const rewritten = new Map<JsonObject, Map<string, Target | undefined>>()
  const identifiers = new Map<string, { file: FileState; pointer: string }>()
  const placesOf = (file: FileState): NamedPlaces => {
    const found = places.get(file) ?? findNamedPlaces(file.value, file.base)
    places.set(file, found)
    return found
  }
  const addFile = (name: string, location: URL, base = withoutHash(location)): FileState => {
    const file: FileState = {
      name,
      location,
      state: 'wanted',
      value: undefined,
      problem: '',
      base,
      anchors: () => placesOf(file).anchors,
      baseAt: (path, outer = file.base) => (hasIdentifiers ? innermost(path, outer) : outer),
    }
    byAddress.set(withoutHash(location), file)
    byAddress.set(base, file)
    return file
  }
  const fillWith = (file: FileState, value: JsonObject, location: URL): void => {
    file.state = 'loaded'
    file.value = value
    // Unless it is known by another address, see relocate().
    if (file.base === withoutHash(file.location)) file.base = withoutHash(location)
    file.location = location
    byAddress.set(file.base, file)
    const self = typeof value.openapi === 'string' ? resolveIdentifier(value.$self, file.base) : undefined
    if (self !== undefined) {
      byAddress.set(self, file)
      if (/^(?:https?|file):/.test(self)) file.base = self
    }
    if (!hasIdentifiers) return
    for (const [url, pointer] of placesOf(file).identifiers) {
      if (!identifiers.has(url)) identifiers.set(url, { file, pointer })
    }
  }
  const root = addFile('', address.location)
  fillWith(root, document, address.location)

  return {
    root,
    rewrite: (at, file, base, key = '$ref') => {
      const known = rewritten.get(at) ?? new Map<string, Target | undefined>()
      rewritten.set(at, known)
      if (known.has(key)) return known.get(key)
      const target = locate({ root, byAddress, identifiers, addFile }, String(at[key]), file, base)
      if (target !== undefined) at[key] = target.reference
      known.set(key, target)
      return target
    },
    fill: (file, loaded) => {
      if (loaded !== undefined && 'value' in loaded) return fillWith(file, loaded.value, loaded.location)
      file.state = 'failed'
      file.problem = loaded?.problem ?? 'it was not loaded'
    },
    files: () => new Map([...new Set(byAddress.values())].flatMap(entryOf)),
  }
}

interface Shelf {
  readonly root: FileState
  readonly byAddress: ReadonlyMap<string, FileState>
  readonly identifiers: ReadonlyMap<string, { readonly file: FileState; readonly pointer: string }>
  readonly addFile: (name: string, location: URL, base?: string) => FileState
}

/** The file that a reference means: one at that address, one with that `$id`, or one that is still to be loaded. */
function locate(shelf: Shelf, reference: string, file: FileState, base: string): Target | undefined {
  const { name: path, fragment } = splitReference(reference)
  if (path === '' && base === file.base) return targetAt(file, fragment)
  const url = URL.parse(path, base)
  if (url === null) return undefined
  const plain = withoutHash(url)
  const known = shelf.byAddress.get(plain)
  if (known !== undefined) return targetAt(known, fragment)
  const named = shelf.identifiers.get(plain)
  if (named !== undefined) return targetAt(named.file, within(named, fragment))
  const location = relocate(url, file) ?? relocate(url, shelf.root)
  if (location === undefined) return targetAt(shelf.addFile(nameOf(url, shelf.root.location), url), fragment)
  const found = shelf.byAddress.get(withoutHash(location))
  const name = nameOf(location, shelf.root.location)
  return targetAt(found ?? shelf.addFile(name, location, plain), fragment)
}

function targetAt(file: FileState, fragment: string): Target {
  const isWhole = fragment === ''
  return { file, fragment, reference: isWhole && file.name !== '' ? file.name : `${file.name}#${fragment}` }
}

function entryOf(file: FileState): readonly (readonly [string, DocumentFile])[] {
  if (file.name === '') return []
  return [[file.name, file.state === 'loaded' ? { value: file.value } : { problem: file.problem }]]
}

/** A pointer is relative to the schema with the `$id`; what isn't there is meant from the file's root. */
function within({ file, pointer }: { file: FileState; pointer: string }, fragment: string): string {
  const decoded = decodeFragment(fragment)
  if (decoded === undefined || (decoded !== '' && !decoded.startsWith('/'))) return fragment
  const encoded = pointer.replaceAll('%', '%25') + fragment
  if (decoded === '' || 'value' in descend(file.value, pointer + decoded)) return encoded
  return 'value' in descend(file.value, decoded) ? fragment : encoded
}

/**
 * A document that gives itself an address by `$self` is often read from elsewhere, and so are its neighbours: what
 * is below its own address is looked for below its location. Undefined where the file has no other address.
 */
function relocate(url: URL, file: FileState): URL | undefined {
  const folder = new URL('.', file.base).href
  if (file.base === withoutHash(file.location) || !url.href.startsWith(folder)) return undefined
  return new URL(`./${url.href.slice(folder.length)}`, file.location)
}

/** Short and readable: relative to the document where it is in its folder. Never the document's own query. */
function nameOf(location: URL, root: URL): string {
  const folder = new URL('.', root).href
  const plain = withoutHash(location)
  if (plain.startsWith(folder) && plain.length > folder.length) return plain.slice(folder.length)
  if (location.protocol !== 'file:' || root.protocol !== 'file:') return plain
  return posix.relative(posix.dirname(root.pathname), location.pathname)
}

function innermost(path: readonly JsonObject[], outer: string): string {
  let base = outer
  for (const object of path) {
    if (typeof object.$id === 'string') base = resolveIdentifier(object.$id, base) ?? base
  }
  return base
}

function withoutHash(url: URL): string {
  const hash = url.href.indexOf('#')
  return hash < 0 ? url.href : url.href.slice(0, hash)
}
