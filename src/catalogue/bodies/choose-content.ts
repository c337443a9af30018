import {
  type BodyKind,
  bodyKind,
  bodyRank,
  essenceOf,
  isMediaType,
  isRange,
  matchesRange,
} from '../document/body-media-type.ts'
import type { ResolveReference } from '../document/resolve-reference.ts'
import { isJsonObject } from '../is-json-object.ts'
import { once } from '../once.ts'
import type { JsonObject } from '../tool.ts'
import type { BodyContent } from './body-source.ts'
import { fileUse } from './file-schema.ts'
import { knownProperties } from './known-properties.ts'
import { valueShape } from './value-shape.ts'

/** The media type in which a body is sent. */
export interface ChosenContent extends BodyContent {
  readonly kind: BodyKind
  /** Whether it is the one that the configuration wants. */
  readonly isWanted: boolean
  /** One that takes files, where this one does not; a rule may choose it. */
  readonly forFiles: string | undefined
}

interface Candidate {
  /** As the document writes it. */
  readonly type: string
  readonly media: JsonObject
  readonly kind: BodyKind
  /** Whether it is a file. */
  readonly isFile: boolean
  /** Whether it is a file or has one among its members. */
  readonly hasFile: () => boolean
}

/**
 * Chooses the media type in which a request body is sent: the one that the configuration wants, if the body has it
 * or has a range that it is in; else the one that models write best. Undefined where none can be sent.
 *
 * @param wanted - `mediaType` of a rule
 */
export function chooseContent(
  resolve: ResolveReference,
  body: JsonObject,
  wanted: string | undefined,
): ChosenContent | undefined {
  const candidates = candidatesOf(resolve, body)
  const own = wanted === undefined ? undefined : findWanted(candidates, wanted)
  const chosen = own ?? best(candidates)
  if (chosen === undefined) return undefined
  const { type, media, isFile } = chosen
  const asWanted = own !== undefined && isRange(type) ? wanted?.trim() : undefined
  return {
    kind: asWanted === undefined ? chosen.kind : bodyKind(asWanted, isFile),
    media,
    schema: media.schema ?? {},
    required: body.required === true,
    description: body.description,
    mediaType: asWanted ?? (own === undefined ? typesOf(candidates, chosen) : type.trim()),
    isWanted: own !== undefined,
    forFiles:
      candidates.length < 2 || chosen.hasFile() ? undefined : candidates.find(each => each.hasFile())?.type,
  }
}

function candidatesOf(resolve: ResolveReference, { content }: JsonObject): readonly Candidate[] {
  const entries = Object.entries(isJsonObject(content) ? content : {}).filter(([type]) => isMediaType(type))
  return entries.map(([type, value]) => {
    const media = isJsonObject(value) ? value : {}
    const schema = media.schema ?? {}
    const isFile = fileUse(resolve, [schema])?.isPlain === true || (isRange(type) && isText(resolve, schema))
    const hasFile = once(() => {
      const { properties } = knownProperties(resolve, schema)
      return isFile || [...properties.values()].some(each => fileUse(resolve, each) !== undefined)
    })
    return { type, media, kind: bodyKind(type, isFile), isFile, hasFile }
  })
}

function findWanted(candidates: readonly Candidate[], wanted: string): Candidate | undefined {
  const normal = wanted.trim().toLowerCase()
  return (
    candidates.find(({ type }) => type.trim().toLowerCase() === normal) ??
    candidates.find(({ type }) => essenceOf(type) === essenceOf(wanted)) ??
    candidates.find(({ type }) => isRange(type) && isMediaType(wanted) && matchesRange(wanted, type))
  )
}

/** By rank; JSON can't hold files, so where there is a multipart body with files, it goes before such JSON. */
function best(candidates: readonly Candidate[]): Candidate | undefined {
  if (candidates.length < 2) return candidates[0]
  const hasUpload = candidates.some(({ kind, hasFile }) => kind === 'multipart' && hasFile())
  const rank = ({ type, kind, hasFile }: Candidate): number =>
    bodyRank(type, kind, hasFile()) + (hasUpload && kind === 'json' && hasFile() ? LAST : 0)
  return candidates.toSorted((a, b) => rank(a) - rank(b))[0]
}

const LAST = 100

/** What takes any media type and is a text is not JSON: it is a file that nobody called one. */
function isText(resolve: ResolveReference, schema: unknown): boolean {
  const { objects, lists, scalars } = valueShape(resolve, [schema])
  return scalars && !objects && !lists
}

/** A file may be of each type that the body has for files; what it is, a data URI says. */
function typesOf(candidates: readonly Candidate[], { type, kind }: Candidate): string {
  if (kind !== 'binary') return type.trim()
  const types = candidates.filter(each => each.kind === 'binary').map(each => each.type.trim())
  return [...new Set([type.trim(), ...types])].join(', ')
}
