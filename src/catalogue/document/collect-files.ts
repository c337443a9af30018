/**
 * Finds what a document refers to in other files, has it loaded, and makes every reference unambiguous, so that
 * from then on a reference means the same wherever it stands: `#/…` is in the document itself, `Pet.yaml#/…` in
 * that file. Only what the document's operations need is looked at, and only by position: a `$ref` in an example
 * is data. Opens nothing itself.
 */
import { isJsonObject } from '../is-json-object.ts'
import { runInSlices, type Sliced } from '../run-in-slices.ts'
import type { JsonObject } from '../tool.ts'
import { createAddressBook, type DocumentAddress, type FileState } from './address-book.ts'
import { eachMember, type Position } from './positions.ts'
import { type DocumentFile, decodeFragment, descend } from './resolve-reference.ts'

/** Loads files by their locations; answers in their order. */
export type LoadFiles = (locations: readonly URL[]) => Promise<readonly LoadedFile[]>

/** What came of one; `location` is where it was found after redirects. */
export type LoadedFile = { readonly value: JsonObject; readonly location: URL } | { readonly problem: string }

interface Place {
  readonly value: unknown
  readonly position: Position
  readonly file: FileState
  /** What references are relative to: the file's address, or an `$id` around the place. */
  readonly base: string
}

const MAX_HOPS = 32

/**
 * Rewrites the references of `document` and of the files it needs, in place.
 *
 * @param address - where the document is, and by which URL it knows itself
 * @returns the other files by name, those that could not be had with the reason
 */
export async function collectFiles(
  document: JsonObject,
  address: DocumentAddress,
  load: LoadFiles,
): Promise<ReadonlyMap<string, DocumentFile>> {
  const book = createAddressBook(document, address)
  const walk = createWalk(book.rewrite)
  walk.add({ value: document, position: 'document', file: book.root, base: book.root.base })
  await runInSlices(walk.run())
  for (let batch = walk.wanted(); batch.length > 0; batch = walk.wanted()) {
    const loaded = await load(batch.map(file => file.location))
    for (const [index, file] of batch.entries()) book.fill(file, loaded[index])
    walk.resume(batch)
    await runInSlices(walk.run())
  }
  return book.files()
}

interface Aim {
  readonly fragment: string
  readonly position: Position
  readonly hops: number
}

/** The walk: places to look at, and what waits for files that are not loaded yet. */
function createWalk(rewrite: ReturnType<typeof createAddressBook>['rewrite']) {
  const stack: Place[] = []
  const seen = new Map<Position, Set<object>>()
  const aimed = new Set<string>()
  const waiting = new Map<FileState, Aim[]>()

  const aim = (file: FileState, { fragment, position, hops }: Aim): void => {
    if (file.state === 'wanted') {
      const list = waiting.get(file) ?? []
      waiting.set(file, list)
      list.push({ fragment, position, hops })
      return
    }
    const pointer = decodeFragment(fragment)
    if (file.state === 'failed' || pointer === undefined || hops > MAX_HOPS) return
    const named = pointer !== '' && !pointer.startsWith('/')
    if (named && !file.anchors().has(pointer)) return
    const reached = named ? { value: file.anchors().get(pointer), path: [] } : descend(file.value, pointer)
    if ('value' in reached) {
      const base = file.baseAt(reached.path)
      stack.push({ value: reached.value, position, file, base })
    } else if (reached.at !== undefined && reached.through !== undefined) {
      const target = rewrite(reached.at, file, file.base)
      if (target !== undefined) {
        aim(target.file, { fragment: target.fragment + reached.rest, position, hops: hops + 1 })
      }
    }
  }

  const look = ({ value, position, file, base: outer }: Place): void => {
    if (!isJsonObject(value)) return
    const known = seen.get(position) ?? new Set()
    seen.set(position, known)
    if (known.has(value)) return
    known.add(value)
    const base = typeof value.$id === 'string' ? file.baseAt([value], outer) : outer
    const target = typeof value.$ref === 'string' ? rewrite(value, file, base) : undefined
    if (target !== undefined && !aimed.has(`${position} ${target.reference}`)) {
      aimed.add(`${position} ${target.reference}`)
      aim(target.file, { fragment: target.fragment, position, hops: 0 })
    }
    if (position === 'schema' && isJsonObject(value.discriminator)) {
      for (const mapped of mappings(value.discriminator)) {
        const found = rewrite(mapped.at, file, base, mapped.key)
        if (found !== undefined) aim(found.file, { fragment: found.fragment, position, hops: 0 })
      }
    }
    eachMember(value, position, (member, own) => stack.push({ value: member, position: own, file, base }))
  }

  return {
    add: (place: Place): void => {
      stack.push(place)
    },
    *run(): Sliced<void> {
      for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
        look(place)
        yield
      }
    },
    wanted: (): readonly FileState[] => [...waiting.keys()].filter(file => file.state === 'wanted'),
    resume: (files: readonly FileState[]): void => {
      for (const file of files) {
        const aims = waiting.get(file) ?? []
        waiting.delete(file)
        for (const each of aims) aim(file, each)
      }
    },
  }
}

/** Values of a discriminator that are references; plain ones are names of components. */
function* mappings(discriminator: JsonObject): Generator<{ at: JsonObject; key: string }> {
  const isReference = (value: unknown) => typeof value === 'string' && /[/#]|\.(?:json|ya?ml)$/i.test(value)
  if (isReference(discriminator.defaultMapping)) yield { at: discriminator, key: 'defaultMapping' }
  const { mapping } = discriminator
  if (!isJsonObject(mapping)) return
  for (const key in mapping) if (isReference(mapping[key])) yield { at: mapping, key }
}
