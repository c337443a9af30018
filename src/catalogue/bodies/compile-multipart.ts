import type { Notes } from '../arguments/compile-parameters.ts'
import type { DocumentContext } from '../document/document-context.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { PartPlan } from '../tool.ts'
import { type BodyContent, type BodySource, bodyArgument, WHOLE } from './body-source.ts'
import { compilePart, type PartSource } from './compile-part.ts'
import { describeText } from './compile-text.ts'
import { fileArgument, fileUse, textSchema } from './file-schema.ts'
import { holdsSecrets } from './holds-secrets.ts'
import { knownProperties } from './known-properties.ts'
import { objectSchema } from './object-schema.ts'
import { descriptionOf, splitBody } from './split-body.ts'

/**
 * A multipart body whose parts have names: one argument per part, or one that is an object of parts where their names
 * are free or alternatives. What it requires is required, as in a form.
 */
export function compileMultipart(context: DocumentContext, content: BodyContent, notes: Notes): BodySource {
  const { mediaType, media, schema, required, description } = content
  const partFor = (name: string, schemas: readonly unknown[]): PartSource =>
    compilePart(context, name, schemas, encodingOf(media.encoding, name))
  notes.leftOut.push(...ownHeaders(media.encoding))
  const flat = splitBody(context, schema, notes)
  if (flat !== undefined) {
    const parts = [...flat.properties].map(([name, schemas]) => ({ ...partFor(name, schemas), schemas }))
    return {
      sources: parts.map(part => partArgument(context, part, flat.required.has(part.plan.name))),
      plan: argumentOf => ({
        kind: 'multipart',
        mediaType,
        parts: parts.map(({ plan }) => withArgument(plan, argumentOf(plan.name))),
        whole: undefined,
        others: undefined,
        required,
      }),
    }
  }
  const use = fileUse(context.resolveReference, [schema])
  if (use?.isPlain === true) return compileLoneFile(context, content, notes)
  const known = knownProperties(context.resolveReference, schema)
  return {
    sources: [
      bodyArgument(WHOLE, [objectSchema(context.resolveReference, schema)], required, { description }),
    ],
    plan: argumentOf => ({
      kind: 'multipart',
      mediaType,
      parts: [...known.properties].map(([name, schemas]) => Object.freeze(partFor(name, schemas).plan)),
      whole: argumentOf(WHOLE),
      others: Object.freeze({ ...compilePart(context, '', known.others, undefined).plan, repeated: true }),
      required,
    }),
  }
}

/** A form that is said to be a file, though a form has fields: almost every server calls it `file`. */
function compileLoneFile(context: DocumentContext, content: BodyContent, notes: Notes): BodySource {
  const { mediaType, schema, required } = content
  const name = 'file'
  const part = { ...compilePart(context, name, [schema], undefined), schemas: [schema] }
  notes.remarks.push('the document does not say what the part with the file is called; it is sent as `file`')
  return {
    sources: [partArgument(context, part, required)],
    plan: argumentOf => ({
      kind: 'multipart',
      mediaType,
      parts: [withArgument(part.plan, argumentOf(name))],
      whole: undefined,
      others: undefined,
      required,
    }),
  }
}

function partArgument(
  context: DocumentContext,
  { plan, use, isWritten, schemas }: PartSource & { readonly schemas: readonly unknown[] },
  required: boolean,
): BodySource['sources'][number] {
  if (isWritten) return writtenArgument(context, plan, schemas, required)
  if (!plan.file) return bodyArgument(plan.name, schemas, required)
  const { encoding } = plan
  const file = fileArgument(schemas, descriptionOf(context, schemas), { use, encoding, hasName: true })
  const { resolveReference } = context
  return bodyArgument(plan.name, file.schemas, required, {
    description: file.description,
    deprecated: schemas.some(schema => isJsonObject(schema) && schema.deprecated === true),
    'x-sensitive': holdsSecrets(resolveReference, schemas),
  })
}

/** A part that is a text of another format than JSON. */
function writtenArgument(
  context: DocumentContext,
  { name, mediaType = '', repeated }: PartPlan,
  schemas: readonly unknown[],
  required: boolean,
): BodySource['sources'][number] {
  const description = descriptionOf(context, schemas)
  return bodyArgument(name, [textSchema(repeated)], required, {
    description: describeText(context, { schema: { allOf: schemas }, mediaType, description }),
    'x-sensitive': holdsSecrets(context.resolveReference, schemas),
  })
}

function withArgument(plan: PartPlan, argument: string): PartPlan {
  return Object.freeze({ ...plan, argument })
}

/** Headers of single parts (OpenAPI 3.1 "Encoding Object", `headers`), for which there are no arguments. */
function ownHeaders(encoding: unknown): readonly string[] {
  return Object.entries(isJsonObject(encoding) ? encoding : {}).flatMap(([name, own]) => {
    const names = isJsonObject(own) && isJsonObject(own.headers) ? Object.keys(own.headers) : []
    const extra = names.filter(each => !/^content-(?:type|disposition)$/i.test(each))
    if (extra.length === 0) return []
    const list = extra.slice(0, 4).join(', ').slice(0, 160)
    return [`the part ${JSON.stringify(name.slice(0, 80))} is sent without headers of its own: ${list}`]
  })
}

function encodingOf(encoding: unknown, name: string): unknown {
  return isJsonObject(encoding) && Object.hasOwn(encoding, name) ? encoding[name] : undefined
}
