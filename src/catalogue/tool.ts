import type { Expression } from '../config/expression.ts'
import type { ConfigProblem } from '../config/problem.ts'

/** How much harm a tool can do. */
export type Tier = 'read' | 'write' | 'manage'

/** A JSON value's object form, used for JSON Schemas and OpenAPI fragments. */
export type JsonObject = { [key: string]: unknown }

/** MCP tool annotations, always all four (MCP schema `ToolAnnotations`). */
export interface Hints {
  readonly readOnly: boolean
  readonly destructive: boolean
  readonly idempotent: boolean
  readonly openWorld: boolean
}

/** Where a tool comes from. */
export interface OperationSource {
  readonly operationId: string | undefined
  /** Upper case, `GET`. */
  readonly method: string
  /** The path template as the document writes it, `/v1/invoices/{id}`. */
  readonly path: string
  readonly tags: readonly string[]
  readonly deprecated: boolean
  /** JSON pointer into the document, `#/paths/~1v1~1invoices/get`. */
  readonly pointer: string
}

/**
 * One operation compiled for MCP. Frozen; made once when the configuration is loaded. Everything that costs
 * and that only calls need (`validate`) is compiled on first use.
 */
export interface Tool {
  /** Unique in the catalogue, `[A-Za-z0-9_-]`, at most 64 characters. */
  readonly name: string
  readonly title: string | undefined
  readonly description: string
  /** Name of the API (configuration `apis[].name`). */
  readonly api: string
  readonly operation: OperationSource
  readonly tier: Tier
  /** What the tool acts on, `invoices`. */
  readonly resource: string
  /** Scopes that are all required; usually one, `read:invoices`. */
  readonly scopes: readonly string[]
  readonly hints: Hints
  /** Visible and callable only for principals for which this yields true. */
  readonly when: Expression | undefined
  /** JSON Schema 2020-12 of the arguments as advertised: an object at the root, bound parameters left out. */
  readonly inputSchema: JsonObject
  /** The tool's entry of a `tools/list` result, serialised; annotations and schemas included. */
  readonly definition: string
  /** Checks arguments as the caller sent them. An empty list means valid. Compiled on the first call. */
  readonly validate: (args: JsonObject) => readonly ArgumentProblem[]
  /**
   * Checks arguments whose bound ones are filled in: whether the path that they make is still this operation's.
   * An organisation may be called like a literal of another path. `validate` can't tell, it sees the caller's only.
   */
  readonly guardBound: (args: JsonObject) => readonly ArgumentProblem[]
  /** Arguments whose value is set from the principal; they are not in `inputSchema`. */
  readonly bind: ReadonlyMap<string, Expression>
  /** How to build the request. */
  readonly plan: RequestPlan
  /** True for argument values that must not be logged, by path of property names (array items are `*`). */
  readonly isSensitive: (path: readonly string[]) => boolean
}

/** One thing that is wrong with the arguments of a call, in words the model can act on. */
export interface ArgumentProblem {
  /** JSON pointer into the arguments, `/lines/0/quantity`; empty for the root. */
  readonly path: string
  /** What was expected, `an integer of at least 1`. */
  readonly expected: string
  /** What was there instead, shortened, never a sensitive value; undefined if the argument was missing. */
  readonly received: string | undefined
  /** An example that would do, from the schema; undefined where none can be made. */
  readonly example: unknown
}

/** How an operation's request is built from arguments; pure data, filled in by `upstream/build-request.ts`. */
export interface RequestPlan {
  readonly method: string
  /** Base URL without trailing slash: origin and base path, `https://api.acme.com/v2`. */
  readonly baseUrl: string
  /** The path template cut at its parameters, starting with a literal: `['/v1/invoices/', {…}, '/pdf']`. */
  readonly path: readonly (string | ParameterPlan)[]
  readonly query: readonly ParameterPlan[]
  readonly headers: readonly ParameterPlan[]
  /** Sent in one `Cookie` header. */
  readonly cookies: readonly ParameterPlan[]
  readonly body: BodyPlan | undefined
  /** Value of the Accept header. */
  readonly accept: string
}

/** OpenAPI parameter styles for the locations this version takes. */
export type ParameterStyle =
  | 'simple'
  | 'label'
  | 'matrix'
  | 'form'
  | 'spaceDelimited'
  | 'pipeDelimited'
  | 'deepObject'

/** How one argument becomes part of the URL or a header (OpenAPI 3.1 "Parameter Object", "Style Values"). */
export interface ParameterPlan {
  /** Name of the argument in `inputSchema`. */
  readonly argument: string
  /** Name of the parameter on the wire. */
  readonly name: string
  readonly style: ParameterStyle
  readonly explode: boolean
  readonly allowReserved: boolean
  /** Set for parameters described by `content` with a JSON type: the value is serialised as JSON. */
  readonly json: boolean
  readonly required: boolean
}

/** How a value is written into a body or a part of one. */
export type Encoding =
  /** JSON. */
  | 'json'
  /** A text as it is, UTF-8. */
  | 'text'
  /** Bytes: the argument is base64, a data URI, or text where neither fits; see `upstream/read-bytes.ts`. */
  | 'binary'

/** How the body is made. */
export type BodyPlan =
  /** The body is one argument. */
  | {
      readonly kind: 'argument'
      readonly mediaType: string
      readonly encoding: Encoding
      readonly argument: string
    }
  /** The body is a JSON object put together from arguments: property name on the wire → argument name. */
  | {
      readonly kind: 'properties'
      readonly mediaType: string
      readonly properties: ReadonlyMap<string, string>
      /** Send `{}` when no property is given (the body is required). */
      readonly required: boolean
    }
  /** `application/x-www-form-urlencoded` (OpenAPI 3.1 "Encoding Object"). */
  | {
      readonly kind: 'form'
      readonly mediaType: string
      readonly fields: readonly ParameterPlan[]
      readonly required: boolean
    }
  /** `multipart/form-data` and other multipart types (RFC 7578). */
  | {
      readonly kind: 'multipart'
      readonly mediaType: string
      readonly parts: readonly PartPlan[]
      readonly required: boolean
    }

/** One part of a multipart body; a list of values becomes one part per value where `repeated`. */
export interface PartPlan {
  readonly argument: string
  /** Name of the part on the wire. */
  readonly name: string
  readonly mediaType: string
  readonly encoding: Encoding
  /** Whether the part is a file: it gets a file name. */
  readonly file: boolean
  readonly repeated: boolean
}

/** What became of one operation of a document, for `postern check` and `postern tools`. */
export interface OperationReport {
  readonly api: string
  readonly pointer: string
  readonly method: string
  readonly path: string
  readonly operationId: string | undefined
  readonly outcome: 'exposed' | 'degraded' | 'skipped' | 'excluded'
  /** The tool's name where there is one. */
  readonly tool: string | undefined
  /** Why it was skipped or degraded or what was derived from a name, and what to do; empty where nothing is to say. */
  readonly reasons: readonly string[]
}

/** The frozen set of tools, compiled once. */
export interface Catalogue {
  /** In a deterministic order: by API as configured, then as the document lists them. */
  readonly tools: readonly Tool[]
  readonly byName: ReadonlyMap<string, Tool>
  readonly report: readonly OperationReport[]
  /** What the configuration says in vain (selectors and rules that match nothing); none of it fails open. */
  readonly warnings: readonly ConfigProblem[]
}
