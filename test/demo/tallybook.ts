import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Test } from 'tap'
import { createApp } from '../../src/demo/app.ts'
import { authenticate, type Caller, mintPat } from '../../src/demo/credentials.ts'
import { openDatabase } from '../../src/demo/database.ts'
import { Problem } from '../../src/demo/problem.ts'
import type { Context } from '../../src/demo/route.ts'
import { type DemoUser, USERS } from '../../src/demo/sample.ts'
import { seed } from '../../src/demo/seed.ts'

/** The clock of the tests stands here. */
export const NOW = new Date('2025-06-01T12:00:00Z')

/** What the tests read of an answer's JSON; which of it is there depends on the operation. */
export interface Body {
  readonly [member: string]: unknown
  readonly id: string
  readonly status: string | number
  readonly detail: string
  readonly number: string | null
  readonly next_cursor: string | null
  readonly data: readonly Body[]
  readonly errors: readonly { readonly in: string; readonly pointer: string; readonly message: string }[]
}

export interface Response {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  /** Parsed JSON; an empty object where the body is none. */
  readonly body: Body
  readonly bytes: Buffer
}

/** Calls the API as one user. */
export type Send = (
  method: NonNullable<InjectOptions['method']>,
  url: string,
  body?: object | string,
  headers?: Record<string, string>,
) => Promise<Response>

export interface Tallybook {
  readonly context: Context
  readonly app: FastifyInstance
  readonly as: (user: DemoUser, scopes?: readonly string[]) => Send
  /** A caller, for functions below HTTP. */
  readonly caller: (user: DemoUser, scopes?: readonly string[]) => Caller
}

/** The product in memory, with the sample data and a clock that stands still; closes with the test. */
export function buildTallybook(t: Test): Tallybook {
  const context: Context = { database: openDatabase(':memory:'), now: () => NOW }
  seed(context)
  const app = createApp(context)
  t.teardown(async () => {
    await app.close()
    context.database.close()
  })
  const authorization = (user: DemoUser, scopes: readonly string[] = ['*']) =>
    `Bearer ${mintPat(context.database, USERS[user].email, scopes)}`
  return {
    context,
    app,
    as: (user, scopes) => sender(app, { authorization: authorization(user, scopes) }),
    caller: (user, scopes) => authenticate(context.database, { authorization: authorization(user, scopes) }),
  }
}

/** Calls the API with given headers. A text body goes as JSON too, so that tests can send what is none. */
export function sender(app: FastifyInstance, credential: Record<string, string>): Send {
  return async (method, url, body, headers = {}) => {
    const json = body === undefined ? {} : { 'content-type': 'application/json' }
    const response = await app.inject({
      method,
      url,
      headers: { ...json, ...credential, ...headers },
      ...(body !== undefined && { payload: body }),
    })
    return {
      status: response.statusCode,
      headers: response.headers,
      body: hasJson(response) ? response.json() : ({} as Body),
      bytes: response.rawPayload,
    }
  }
}

function hasJson({ headers, payload }: { headers: object; payload: string }): boolean {
  return payload !== '' && /json/.test(String(Reflect.get(headers, 'content-type')))
}

/** The problem that a function throws. @throws Error if it throws none, or anything else. */
export function refusalOf(work: () => unknown): Problem {
  try {
    work()
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  throw new Error('nothing was refused')
}
