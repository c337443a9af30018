import type { ArgumentSource } from '../arguments/argument.ts'
import type { BodyPlan, JsonObject } from '../tool.ts'

/** How a body is made from arguments, before those have their names. */
export interface BodySource {
  readonly sources: readonly ArgumentSource[]
  /** The plan, once every argument has its name: given the source's `wire`, the name of its argument. */
  readonly plan: (argumentOf: (wire: string) => string) => BodyPlan
}

/** One entry of an OpenAPI `content` map, as far as a body is concerned. */
export interface BodyContent {
  /** The media type to send; may be a range, or several, where the body is a file. */
  readonly mediaType: string
  /** The Media Type Object; empty where the document has none. */
  readonly media: JsonObject
  readonly schema: unknown
  readonly required: boolean
  /** Of the request body. */
  readonly description: unknown
}

/** An argument of a body. */
export function bodyArgument(
  wire: string,
  schemas: readonly unknown[],
  required: boolean,
  notes: JsonObject = {},
): ArgumentSource {
  return { location: 'body', wire, required, schemas, notes, plan: undefined }
}

/** The name on the wire of an argument that is the whole body. */
export const WHOLE = 'body'
