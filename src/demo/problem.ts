/** One thing that is wrong with a request. */
export interface FieldError {
  /** Where the value is. */
  readonly in: 'body' | 'query'
  /** JSON pointer to it (RFC 6901): `/lines/0/quantity`, or `/limit` for a query parameter; empty for the whole. */
  readonly pointer: string
  /** What is expected, in words. */
  readonly message: string
}

/** An error as it leaves: `application/problem+json` (RFC 9457). */
export interface ProblemBody {
  readonly type: 'about:blank'
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly errors?: readonly FieldError[]
  /** With 403: the scope that would have allowed the request. */
  readonly required_scope?: string
}

/** The phrases that go with `about:blank` (RFC 9457 section 4.2.1), for the statuses that are sent. */
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
}

/** What a problem may add to its status and detail. */
export interface ProblemExtras {
  readonly errors?: readonly FieldError[]
  readonly requiredScope?: string
  /** Extra response headers. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A refusal, thrown anywhere in the product and sent as it is: `detail` is written for the caller. */
export class Problem extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: ProblemBody

  constructor(status: number, detail: string, extras: ProblemExtras = {}) {
    super(detail)
    this.name = 'Problem'
    this.status = status
    this.headers = extras.headers ?? {}
    this.body = {
      type: 'about:blank',
      title: TITLES[status] ?? 'Error',
      status,
      detail,
      ...(extras.errors && { errors: extras.errors }),
      ...(extras.requiredScope && { required_scope: extras.requiredScope }),
    }
  }
}

/** 404: there is no such thing, or it belongs to another organisation; the caller can't tell which. */
export function notFound(what: string): Problem {
  return new Problem(404, `There is no ${what} with this id.`)
}

/** 422: one value of the body is well-formed but can't be taken. */
export function unacceptable(pointer: string, message: string): Problem {
  return new Problem(422, 'Some values can’t be taken.', { errors: [{ in: 'body', pointer, message }] })
}
