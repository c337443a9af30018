import { z } from 'zod'
import type { Caller } from './credentials.ts'
import type { Database } from './database.ts'
import { type FieldError, Problem } from './problem.ts'

/** What every part of the product works with. */
export interface Context {
  readonly database: Database
  /** The clock. */
  readonly now: () => Date
}

/** A request whose caller is known and whose query and body are valid. */
export interface Call<Query, Body> {
  readonly caller: Caller
  /** The path parameter `{id}`; empty where the path has none. */
  readonly id: string
  readonly query: Query
  readonly body: Body
}

/** What is sent back. An object or null goes as JSON, text and bytes with the content type in `headers`. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: object | string | Uint8Array
}

interface Definition<Query, Body> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** As in the OpenAPI document; the only parameter is `{id}`. */
  readonly path: string
  readonly operationId: string
  /** Scope that the caller needs; undefined where signing in is enough. */
  readonly scope: string | undefined
  readonly query: z.ZodType<Query>
  readonly body: z.ZodType<Body>
  readonly answer: (call: Call<Query, Body>) => Answer
}

/** One operation of the API. */
export interface Route extends Omit<Definition<unknown, unknown>, 'answer'> {
  /** @throws Problem 422 if query or body are not valid, and whatever the operation refuses with. */
  readonly answer: (call: Call<unknown, unknown>) => Answer
}

/** For operations without query parameters: any is a mistake. */
export const NO_QUERY = z.strictObject({})
/** For operations without body; one that is sent is not looked at. */
export const NO_BODY = z.unknown()

/** Puts validation in front of an operation, so that it only sees what its schemas describe. */
export function route<Query, Body>(definition: Definition<Query, Body>): Route {
  return {
    ...definition,
    answer: ({ caller, id, query, body }) =>
      definition.answer({
        caller,
        id,
        query: read('query', definition.query, query),
        body: read('body', definition.body, body),
      }),
  }
}

/** As many mistakes as are named in one answer. */
const MOST_ERRORS = 20

function read<Value>(part: FieldError['in'], schema: z.ZodType<Value>, value: unknown): Value {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const errors = result.error.issues.flatMap(issue => fieldErrors(part, issue)).slice(0, MOST_ERRORS)
  throw new Problem(422, `Some ${part === 'body' ? 'values' : 'parameters'} can’t be taken.`, { errors })
}

function fieldErrors(part: FieldError['in'], issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => ({
      in: part,
      pointer: pointerTo([...issue.path, key]),
      message: 'There is no such field.',
    }))
  }
  return [{ in: part, pointer: pointerTo(issue.path), message: issue.message }]
}

function pointerTo(path: readonly PropertyKey[]): string {
  return path.map(key => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
