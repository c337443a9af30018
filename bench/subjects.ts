import { isDeepStrictEqual } from 'node:util'
import { ANSWER, ANSWER_PATH } from './answer.ts'
import { type BenchRequest, legacyRequest, modernRequest } from './mcp-request.ts'
import { YARDSTICK } from './report.ts'

/** What a subject is given to start with. */
export interface Surroundings {
  /** Base URL of the backend. */
  readonly backend: string
  /** A directory of this subject's own, removed after the run. */
  readonly directory: string
  /** File that holds the 1,000-tool list; undefined where that subject did not start. */
  readonly list: string | undefined
}

/** One row of the table: which server, and what is asked of it. */
export interface Subject {
  readonly name: string
  /** File in `bench/servers/`, without the extension. */
  readonly server: string
  /** Its arguments; undefined if what it needs is missing. */
  readonly args: (surroundings: Surroundings) => readonly string[] | undefined
  readonly request: (token: string | undefined) => BenchRequest
  /** Whether the body of a 200 answer is the right one. Later answers must be the same bytes. */
  readonly isRight: (body: string) => boolean
}

/** All rows, in the order in which they take turns. */
export const SUBJECTS: readonly Subject[] = [
  { name: YARDSTICK, server: 'http-proxy', args: backendOnly, request: restRequest, isRight: isAnswer },
  {
    name: 'passthrough',
    server: 'postern',
    args: postern(50, 'read:invoices'),
    request: token => restRequest(token, '/api'),
    isRight: isAnswer,
  },
  callSubject('tools-call', 50),
  callSubject('tools-call-oauth', 50, 'sqlite', 0, 'oauth'),
  listSubject(50),
  listSubject(1_000),
  {
    name: 'static-1000',
    server: 'static',
    args: ({ list }) => (list === undefined ? undefined : [list]),
    request: () => modernRequest('tools/list', {}),
    isRight: hasTools(1_000),
  },
  callSubject('tools-call-10', 10),
  callSubject('tools-call-10000', 10_000),
  callSubject('tools-call-redis', 50, 'redis'),
  callSubject('tokens-10', 50, 'sqlite', 9),
  callSubject('tokens-1000000', 50, 'sqlite', 999_999),
  {
    name: 'sdk-v2',
    server: 'sdk-v2',
    args: backendOnly,
    request: () => modernRequest('tools/call', CALL),
    isRight: isCallResult,
  },
  {
    name: 'sdk-v1',
    server: 'sdk-v1',
    args: backendOnly,
    request: () => legacyRequest('tools/call', CALL),
    isRight: isCallResult,
  },
]

/** The subject whose answer `static-1000` sends. */
export const LIST_SOURCE = 'tools-list-1000'

const CALL = { name: 'get_invoice', arguments: { id: 'inv_0001' } }

/**
 * @param fillers - tokens in the store besides the one that is used
 * @param scheme - which signs in: a minted token or an access token of the authorization server
 */
function callSubject(
  name: string,
  tools: number,
  store = 'sqlite',
  fillers = 0,
  scheme: 'token' | 'oauth' = 'token',
): Subject {
  return {
    name,
    server: 'postern',
    args: postern(tools, 'read:invoices', store, String(fillers), scheme),
    request: token => modernRequest('tools/call', CALL, token),
    isRight: isCallResult,
  }
}

function listSubject(tools: number): Subject {
  return {
    name: `tools-list-${tools}`,
    server: 'postern',
    args: postern(tools, 'manage:*'),
    request: token => modernRequest('tools/list', {}, token),
    isRight: hasTools(tools),
  }
}

function backendOnly({ backend }: Surroundings): readonly string[] {
  return [backend]
}

function postern(tools: number, scope: string, ...more: readonly string[]): Subject['args'] {
  return ({ backend, directory }) => [backend, directory, String(tools), scope, ...more]
}

function restRequest(token: string | undefined, prefix = ''): BenchRequest {
  const headers = {
    accept: 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  }
  return { method: 'GET', path: `${prefix}${ANSWER_PATH}`, headers, body: undefined }
}

function isAnswer(body: string): boolean {
  return body === ANSWER
}

function isCallResult(body: string): boolean {
  const { result } = JSON.parse(body)
  const expected = JSON.parse(ANSWER)
  return (
    result?.isError !== true &&
    isDeepStrictEqual(result?.structuredContent, expected) &&
    isDeepStrictEqual(JSON.parse(result?.content?.[0]?.text ?? 'null'), expected)
  )
}

function hasTools(count: number): (body: string) => boolean {
  return body => {
    const tools: { name: string; inputSchema: { type: string } }[] = JSON.parse(body).result?.tools ?? []
    const names = new Set(tools.filter(tool => tool.inputSchema.type === 'object').map(tool => tool.name))
    return tools.length === count && names.size === count && names.has(CALL.name)
  }
}
