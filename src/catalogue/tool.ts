import type { Expression } from '../config/expression.ts'
import type { ConfigProblem } from '../config/problem.ts'
import type { AnswerPlan } from './answer-plan.ts'
import type { RepairedArguments } from './arguments/repaired-arguments.ts'
import type { Asking } from './asking/asking.ts'
import type { Profile } from './profiles/client-limits.ts'
import type { OfferedResource } from './resources/offer-resource.ts'

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
  /** Tags above these (OpenAPI 3.2 `parent`), none of which is among them; left out where there are none. */
  readonly ancestorTags?: readonly string[]
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
  /** Whether it is called as a tool; left out means yes, false for what is only read as a resource. */
  readonly isCallable?: boolean
  /** How it is read as an MCP resource; left out where it is not. */
  readonly offered?: OfferedResource | undefined
  /** What a call counts against budgets; 1 where left out. */
  readonly cost?: number
  /**
   * JSON Schema 2020-12 of the arguments as every client takes it: an object at the root, bound parameters left out.
   */
  readonly inputSchema: JsonObject
  /** JSON Schema of the structured answer, an object at the root; undefined where none is promised. */
  readonly outputSchema?: JsonObject | undefined
  /** The tool's entry of a `tools/list` result, serialised, as every client takes it; annotations and schemas included. */
  readonly definition: string
  /** The entry as one kind of client takes it, made on first use; undefined where there is only `definition`. */
  readonly definitionFor?: ((profile: Profile) => string) | undefined
  /**
   * Turns arguments written from an advertised schema into those that the document means: safer keys into its own.
   * Undefined for nearly all tools; comes before `validate`.
   */
  readonly unalias?: ((args: JsonObject) => JsonObject) | undefined
  /** Checks arguments as the caller sent them. An empty list means valid. Compiled on the first call. */
  readonly validate: (args: JsonObject) => readonly ArgumentProblem[]
  /** Mends arguments that `validate` refuses, wholly, where only one thing can have been meant; else undefined. */
  readonly repair: (args: JsonObject) => RepairedArguments | undefined
  /**
   * Checks arguments whose bound ones are filled in: whether the path that they make is still this operation's.
   * An organisation may be called like a literal of another path. `validate` can't tell, it sees the caller's only.
   */
  readonly guardBound: (args: JsonObject) => readonly ArgumentProblem[]
  /** Arguments whose value is set from the principal; they are not in `inputSchema`. */
  readonly bind: ReadonlyMap<string, Expression>
  /** Whether the user is asked anything before a call is sent; left out where not. */
  readonly asksUser?: boolean
  /** What the user is asked; undefined for nearly all tools. */
  readonly asking?: Asking | undefined
  /** How to build the request. */
  readonly plan: RequestPlan
  /** True for argument values that must not be logged, by path of property names (array items are `*`). */
  readonly isSensitive: (path: readonly string[]) => boolean
  /** What is done to the answer before the model gets it; undefined where nothing is. Compiled on the first call. */
  readonly answer?: AnswerPlan | undefined
  /**
   * What of a structured answer, before anything is done to it, is not as the document says, in words, at most 20;
   * empty where all is. Costs what checking arguments does; compiled on first use. Undefined where the answer is
   * not described as an object or `outputSchema` is off.
   */
  readonly checkOutput?: ((structured: unknown) => readonly string[]) | undefined
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
  /** Names and values that are always sent, from the path template: `/responses?beta=true`. */
  readonly fixedQuery?: readonly (readonly [name: string, value: string])[]
  readonly query: readonly ParameterPlan[]
  readonly headers: readonly ParameterPlan[]
  /** Sent in one `Cookie` header. */
  readonly cookies: readonly ParameterPlan[]
  readonly body: BodyPlan | undefined
  /** Value of the Accept header. */
  readonly accept: string
}

/** OpenAPI parameter styles; `tabDelimited` stands for Swagger 2.0's `collectionFormat: tsv`. */
export type ParameterStyle = 'simple' | 'label' | 'matrix' | 'form' | 'deepObject' | 'cookie' | DelimitedStyle
type DelimitedStyle = 'spaceDelimited' | 'pipeDelimited' | 'tabDelimited'

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
  /** For `content` of a form: how the value's members are written (`argument` is their name); others: `form`. */
  readonly form?: readonly ParameterPlan[]
  /** Set for `in: querystring` (OpenAPI 3.2): the argument is the whole query, without a name. */
  readonly isWholeQuery?: boolean
  readonly required: boolean
}

/** How a value is written into a body or a part of one; what bytes are read from is in `upstream/body/read-file.ts`. */
export type Encoding =
  /** JSON. */
  | 'json'
  /** A list, one JSON value per line (`application/x-ndjson`). */
  | 'jsonLines'
  /** A text as it is, UTF-8. */
  | 'text'
  /** A file that is text: a data URI, otherwise the text as it is. */
  | 'textFile'
  /** A file of any kind: a data URI or base64, otherwise the text as it is. */
  | 'anyFile'
  /** Bytes: a data URI or base64, and nothing else. */
  | 'binary'

/** How the body is made. */
export type BodyPlan =
  /** The body is one argument. */
  | {
      readonly kind: 'argument'
      /** Of a file, may be a range such as `image/*`, or several separated by commas: a data URI says which it is. */
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
      /**
       * Set where one argument is an object of all fields: its name. Then a field's `argument` is the member's
       * name, and members without a field are written like `others`.
       */
      readonly whole: string | undefined
      readonly others: ParameterPlan | undefined
      readonly required: boolean
    }
  /** `multipart/form-data` and other multipart types (RFC 7578), each part with a name. */
  | {
      readonly kind: 'multipart'
      readonly mediaType: string
      readonly parts: readonly PartPlan[]
      /** As for `form`. */
      readonly whole: string | undefined
      readonly others: PartPlan | undefined
      readonly required: boolean
    }
  /** A multipart type whose parts have a place instead of a name (OpenAPI 3.2 `prefixEncoding`); one list. */
  | {
      readonly kind: 'sequence'
      readonly mediaType: string
      readonly argument: string
      /** The first parts, one each. */
      readonly prefix: readonly PartPlan[]
      /** All parts after those; undefined where there may be none. */
      readonly rest: PartPlan | undefined
    }

/** One part of a multipart body. */
export interface PartPlan {
  readonly argument: string
  /** Name of the part on the wire; empty in a sequence. */
  readonly name: string
  /** The part's `Content-Type`, undefined for none (plain fields); several or a range: the first that fits. */
  readonly mediaType: string | undefined
  readonly encoding: Encoding
  /** Whether the part is a file: it gets a file name. */
  readonly file: boolean
  /** Whether a list becomes one part per value. */
  readonly repeated: boolean
  /** Set where the value becomes plain fields as in a form instead (OpenAPI 3.1 `style` in multipart). */
  readonly field: ParameterPlan | undefined
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
  /** The name that its tool has as soon as it is approved; left out for all that isn't held back. */
  readonly held?: string
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
