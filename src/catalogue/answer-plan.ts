import type { ErrorName } from '../config/error-names.ts'

/** How an operation's answer is made fit for a model; filled in by `result/shape-response.ts`. Frozen. */
export interface AnswerPlan {
  /** Most text, in characters (UTF-16 code units), of an answer; what is longer is cut. */
  readonly limit: number
  /** Most bytes of a file, image or sound; infinite unless a rule says otherwise. */
  readonly binaryLimit: number
  /** What the configuration says of output schemas, `apis[].tools.outputSchema`. */
  readonly output: 'off' | 'loose' | 'strict'
  /** Set where only a part of an answer is given or may be asked for. */
  readonly reshape: ReshapePlan | undefined
  /** Set where an answer may have a next page. */
  readonly pagination: PaginationPlan | undefined
  /** Arguments that make an answer smaller, the best first. */
  readonly narrowing: readonly string[]
  /** What the product calls error answers (`rules[].errors`); undefined where nothing is named. */
  readonly errors?: AnswerErrors | undefined
}

/** By HTTP status: what an answer is called by the code in its body, or whatever is in it. */
export type AnswerErrors = ReadonlyMap<
  number,
  { readonly whole: ErrorName | undefined; readonly byCode: ReadonlyMap<string, ErrorName> }
>

/** Which part of a JSON answer is given: the rule's members, then the caller's, then the rule's JMESPath. */
export interface ReshapePlan {
  /** Members that a rule lets through (`rules[].fields`). */
  readonly fields: FieldTree | undefined
  /** The argument with which callers choose members; undefined where there is none. */
  readonly argument: string | undefined
  /** `rules[].result`, compiled. Throws where it can't be evaluated in time. */
  readonly result: ((value: unknown) => unknown) | undefined
}

/** Paths of members put together: what follows each name; `isWhole` where a path ends. */
export interface FieldTree {
  readonly isWhole: boolean
  /** By member name; `*` is any member and any item. */
  readonly children: ReadonlyMap<string, FieldTree>
}

/** What is known about an operation's pages from its parameters and its documented answer. */
export interface PaginationPlan {
  /** Takes what an answer gives as the next page's cursor. */
  readonly cursor: PageArgument | undefined
  /** Takes the id of the last item, where the answer says that there are more. */
  readonly lastItem: PageArgument | undefined
  /** Takes the number of a page. */
  readonly page: PageArgument | undefined
  /** Takes how many items to pass over. */
  readonly offset: PageArgument | undefined
  /** Takes how many items a page has. */
  readonly size: PageArgument | undefined
  /** All arguments about pages, by their parameter's name in a URL. */
  readonly byParameter: ReadonlyMap<string, PageArgument>
  /** Where an answer may name the next page: a cursor, a number or a URL; paths of member names. */
  readonly members: readonly (readonly string[])[]
  /** Whether the document promises a `Link` header (RFC 8288); without one, an answer has no next page. */
  readonly hasLink: boolean
}

/** An argument about pages. */
export interface PageArgument {
  readonly argument: string
  readonly isNumber: boolean
  /** The schema's `default` or, for the number of a page, the first one's. */
  readonly fallback: number | undefined
}
