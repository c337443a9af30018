import { isJsonObject } from '../../catalogue/is-json-object.ts'
import type { ArgumentProblem, BodyPlan, JsonObject, PartPlan, RequestPlan } from '../../catalogue/tool.ts'
import { appendField, formField } from '../form-field.ts'
import { argumentProblem } from '../invalid-arguments.ts'
import { isMethodOverride } from '../method-override.ts'
import { otherNames } from '../other-names.ts'
import { contentType } from './content-type.ts'
import { fileExtension } from './file-extension.ts'
import { refusedKey } from './refused-key.ts'
import { type TypedBody, type WrittenPart, writeMultipart } from './write-multipart.ts'
import { writtenValue } from './written-value.ts'

type MultipartPlan = Extract<BodyPlan, { kind: 'multipart' }>
type SequencePlan = Extract<BodyPlan, { kind: 'sequence' }>
type At = readonly (string | number)[]
type FillMultipart = (args: JsonObject, problems: ArgumentProblem[]) => TypedBody | undefined

/**
 * Compiles a multipart body whose parts have names (RFC 7578): one part per argument, or one argument that is an
 * object of parts.
 */
export function compileMultipart(plan: MultipartPlan, request: RequestPlan): FillMultipart {
  const { whole, others, parts: planned, mediaType, required } = plan
  const byMember = new Map(planned.map(part => [part.argument, part]))
  const isRefused = refusedKey(request)
  const finish = (parts: readonly WrittenPart[]) =>
    parts.length === 0 && !required ? undefined : writeMultipart(mediaType, parts)
  if (whole === undefined) {
    return (args, problems) => {
      const parts: WrittenPart[] = []
      for (const part of planned) {
        if (!Object.hasOwn(args, part.argument)) continue
        appendParts(part, args[part.argument], [part.argument], parts, problems, request)
      }
      return finish(parts)
    }
  }
  return (args, problems) => {
    const value = Object.hasOwn(args, whole) ? args[whole] : undefined
    const parts: WrittenPart[] = []
    for (const [key, item] of Object.entries(isJsonObject(value) ? value : {})) {
      const at = [whole, key]
      const known = byMember.get(key)
      const part = known ?? (others && { ...others, argument: key, name: key })
      const isTaken =
        known === undefined
          ? key === '' || isRefused(key)
          : request.method === 'POST' && isMethodOverride(key)
      if (part === undefined || isTaken) {
        problems.push(argumentProblem(at, 'another name: callers may not set this'))
      } else appendParts(part, item, at, parts, problems, request)
    }
    return finish(parts)
  }
}

/** Compiles a multipart body whose parts are told apart by their place (OpenAPI 3.2 "prefixEncoding"). */
export function compileSequence({ argument, prefix, rest, mediaType }: SequencePlan): FillMultipart {
  return (args, problems) => {
    if (!Object.hasOwn(args, argument)) return undefined
    const value = args[argument]
    const parts: WrittenPart[] = []
    for (const [index, item] of (Array.isArray(value) ? value : [value]).entries()) {
      const plan = prefix[index] ?? rest
      if (plan === undefined) {
        problems.push(argumentProblem([argument, index], `at most ${prefix.length} parts`))
        break
      }
      appendOne(plan, item, [argument, index], parts, problems)
    }
    return writeMultipart(mediaType, parts)
  }
}

function appendParts(
  plan: PartPlan,
  value: unknown,
  at: At,
  parts: WrittenPart[],
  problems: ArgumentProblem[],
  request: RequestPlan,
): void {
  if (value === undefined || value === null) return
  if (plan.field !== undefined) {
    const pairs: string[] = []
    appendField(formField(plan.field, otherNames(request, plan.field)), value, at, pairs, problems)
    for (const pair of pairs) parts.push(plainPart(pair))
    return
  }
  if (!plan.repeated || !Array.isArray(value)) {
    appendOne(plan, value, at, parts, problems)
    return
  }
  for (const [index, item] of value.entries()) {
    if (item !== null) appendOne(plan, item, [...at, index], parts, problems)
  }
}

function appendOne(
  plan: PartPlan,
  value: unknown,
  at: At,
  parts: WrittenPart[],
  problems: ArgumentProblem[],
): void {
  const written = writtenValue(value, plan.encoding, at, problems)
  if (written === undefined) return
  const isTyped = plan.file || plan.mediaType !== undefined || plan.encoding === 'json'
  const type = isTyped ? contentType(plan.mediaType, written.mediaType, plan.encoding) : undefined
  const fileName = plan.file ? (written.fileName ?? fileNameFor(plan, type)) : undefined
  parts.push({ name: plan.name, fileName, contentType: type, content: written.content })
}

function fileNameFor({ name }: PartPlan, type: string | undefined): string {
  return `${name.replace(/\[.*$/, '') || 'file'}${fileExtension(type ?? '')}`
}

/** A `name=value` pair of a form as a part of its own. */
function plainPart(pair: string): WrittenPart {
  const [name = '', value = ''] = pair.split('=', 2)
  return {
    name: decodeURIComponent(name),
    fileName: undefined,
    contentType: undefined,
    content: decodeURIComponent(value),
  }
}
