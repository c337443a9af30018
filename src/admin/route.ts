import type { z } from 'zod'
import type { ErrorCode } from '../errors.ts'
import type { AdminDesk } from './desk.ts'
import { readInput } from './read-input.ts'

/** One operation of the API: what it does, what it takes, what it answers; its document is made from this too. */
export interface RouteDefinition<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Below the API's path, as OpenAPI writes it: `/tokens/{id}`. */
  readonly path: string
  readonly operationId: string
  readonly summary: string
  readonly description: string
  /** A schema each; where one is undefined, nothing is taken. */
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  /** HTTP status of success, and what is answered then; undefined: no body. */
  readonly status: 200 | 201 | 204
  readonly answer?: Answer
  /** Whether a webhook's signature is enough. */
  readonly takesSignature?: boolean
  /** Errors besides those that every operation may answer. */
  readonly errors: readonly ErrorCode[]
  readonly run: (
    input: {
      readonly params: z.output<Params>
      readonly query: z.output<Query>
      readonly body: z.output<Body>
      readonly webhook: SignedWebhook | undefined
    },
    desk: AdminDesk,
  ) => Promise<{ readonly answer?: z.input<Answer>; readonly about?: Readonly<Record<string, unknown>> }>
}

/** The message that a valid signature came with. */
export interface SignedWebhook {
  readonly id: string
  /** Whether it was acted upon before. */
  readonly isReplay: boolean
}

/** What came with a request, unread. */
export interface AdminInput {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  /** Undefined where the operation takes no body. */
  readonly body: unknown
  readonly webhook: SignedWebhook | undefined
}

/** What becomes of a request. */
export interface AdminAnswer {
  readonly answer?: unknown
  /** Further members for the audit; never a token. */
  readonly about?: Readonly<Record<string, unknown>>
}

/** An operation with its schemas applied. */
export interface AdminRoute extends Omit<RouteDefinition<z.ZodType, z.ZodType, z.ZodType, z.ZodType>, 'run'> {
  /**
   * Reads what came.
   *
   * @throws PosternError `invalid_params` that names every mistake
   */
  readonly read: (input: AdminInput) => {
    /** What was asked for, for the audit. */
    readonly asked: Readonly<Record<string, unknown>>
    readonly run: (desk: AdminDesk) => Promise<AdminAnswer>
  }
}

/** Ties an operation to its schemas. */
export function defineRoute<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(definition: RouteDefinition<Params, Query, Body, Answer>): AdminRoute {
  const { params, query, body, run, ...rest } = definition
  return {
    ...rest,
    ...(params && { params }),
    ...(query && { query }),
    ...(body && { body }),
    read(input) {
      const read = readInput({ params, query, body }, input)
      return {
        asked: { ...read.params, ...read.query, ...read.body },
        run: desk =>
          run(
            {
              params: read.params as z.output<Params>,
              query: read.query as z.output<Query>,
              body: read.body as z.output<Body>,
              webhook: input.webhook,
            },
            desk,
          ),
      }
    },
  }
}
