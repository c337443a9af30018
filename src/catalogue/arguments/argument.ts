import type { JsonObject, ParameterPlan } from '../tool.ts'

/** Where an argument goes in the request; `gateway` for one that is about the answer and is not sent. */
export type ArgumentLocation = 'path' | 'query' | 'querystring' | 'header' | 'cookie' | 'body' | 'gateway'

/** One argument of a tool before it has its name: what the document says of it. */
export interface ArgumentSource {
  readonly location: ArgumentLocation
  /** Name on the wire; for a body that is one argument, `body`. */
  readonly wire: string
  readonly required: boolean
  /** The document's schemas, unconverted; all of them hold. */
  readonly schemas: readonly unknown[]
  /** What the parameter itself says besides its schema: description, deprecated, example, x-sensitive. */
  readonly notes: JsonObject
  /** The document's schema of what a text stands for, where the argument is that text: XML, for one. */
  readonly meaning?: unknown
  /** How it is written; undefined for the body's. */
  readonly plan: Omit<ParameterPlan, 'argument'> | undefined
}

/** An argument with its name in `inputSchema`. */
export interface NamedArgument extends ArgumentSource {
  readonly argument: string
}

/** An operation that can't become a tool: why, and what to do. Caught where operations are compiled. */
export class SkippedOperation extends Error {}
