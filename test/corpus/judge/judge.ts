/**
 * The independent judge: Prism's own mock server, on loopback, made from a document. Its router finds the
 * operation that a request is for, its validator says what is wrong with it. Only the answers are ours: instead
 * of making one up from the document, it says what the validator found.
 */

import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import type { JsonObject } from '../../../src/catalogue/tool.ts'
import { createCandidateFinder } from './find-candidates.ts'
import { isInvented } from './is-invented.ts'
import { type Resource, type Validated, withoutAbsent } from './without-absent.ts'

/** What Prism says about one request. */
export interface Verdict {
  /** `GET /pets/{id}` as the document writes it; undefined where it found none. */
  readonly operation: string | undefined
  /** What is wrong; empty where it is accepted. */
  readonly violations: readonly Violation[]
  /** True if Prism accepted a part of it unseen, since its schema is none that its validator compiles. */
  readonly isBlind: boolean
}

/** One finding of Prism's validator. */
export interface Violation {
  readonly path?: readonly string[]
  readonly code?: string | number
  readonly message: string
}

/** One request as it arrived, and what was made of it. */
export interface Judged {
  readonly method: string
  /** Path and query as on the wire. */
  readonly url: string
  readonly headers: Readonly<Record<string, unknown>>
  /** As Prism parsed it. */
  body: unknown
  verdict: Verdict
  /** Which of the judge's addresses was called, counted from 0. */
  readonly server: number
}

/** A running judge. */
export interface Judge {
  /** One address for each of the servers that the document names. */
  readonly origins: readonly string[]
  /** How many operations it knows. */
  readonly operations: number
  /**
   * Says which operation the next requests are meant for, `GET /pets/{id}`. That matters where paths of the
   * document differ only in a query or fragment: no router can tell these apart by a request's path.
   */
  readonly expect: (operation: string) => void
  /** The requests since the last time, oldest first. */
  readonly take: () => readonly Judged[]
  readonly close: () => Promise<void>
}

/** The `code` of the violation that stands for a validator that fell over. */
export const FELL_OVER = 'fell-over'

interface PrismInput {
  readonly resource: Resource
  readonly input: {
    readonly data: { readonly body: unknown }
    readonly validations: readonly (Violation & { severity: number })[]
  }
}

const require = createRequire(createRequire(import.meta.url).resolve('@stoplight/prism-cli/package.json'))
const { getHttpOperationsFromSpec } = require('@stoplight/prism-http')
const { createServer } = require('@stoplight/prism-http-server')
const { default: route } = require('@stoplight/prism-http/dist/router')
const validator = require('@stoplight/prism-http/dist/validator')
const { left, right } = require('fp-ts/Either')
const SILENT: JsonObject = { child: () => SILENT }
for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'success', 'start'])
  SILENT[level] = () => {}
/** Prism's severities: 0 is an error, 1 a warning (that a parameter is deprecated). */
const ERROR = 0
const CONFIG = {
  isProxy: false,
  validateRequest: true,
  validateResponse: false,
  checkSecurity: false,
  errors: true,
  mock: {},
}
/** Operations of which Prism can't compile a schema; it compiles each only once, and accepts in silence. */
const blind = new WeakSet<Resource>()
let failedCompilations = 0
watchCompilations()

/** Prism's validator; where it throws, which ends its process, that is a finding instead. */
const validateInput = (input: Validated): unknown => {
  const before = failedCompilations
  try {
    return validator.validateInput(withWholeValues(withoutAbsent(input)))
  } catch (error) {
    return left([{ code: FELL_OVER, message: String(error), severity: ERROR }])
  } finally {
    if (failedCompilations > before) blind.add(input.resource)
  }
}
const UNKNOWN: Verdict = {
  isBlind: false,
  operation: undefined,
  violations: [{ code: 404, message: 'no such operation, or a body that is not what its type says' }],
}

/**
 * Starts the judge.
 *
 * @param document - reduced, see `reduce-document.ts`; it is changed
 * @param servers - on how many addresses it listens
 */
export async function startJudge(document: JsonObject, servers: number): Promise<Judge> {
  const operations: readonly Resource[] = await getHttpOperationsFromSpec(document)
  const { plain, special, names } = sortOut(operations)
  const findCandidates = createCandidateFinder(plain)
  let expected: Resource | undefined
  let judged: Judged[] = []
  const origins: string[] = []
  const closing: (() => Promise<void>)[] = []
  const mock =
    ({ resource, input }: PrismInput) =>
    () => {
      const violations = input.validations.filter(
        each => each.severity === ERROR && !isInvented(each, input.data.body),
      )
      const latest = judged.at(-1)
      if (latest !== undefined) {
        latest.body = input.data.body
        latest.verdict = { operation: names.get(resource), violations, isBlind: blind.has(resource) }
      }
      const statusCode = violations.length === 0 ? 200 : 422
      return right({ statusCode, headers: { 'content-type': 'application/json' }, body: { violations } })
    }
  const components = {
    logger: SILENT,
    mock,
    validateInput,
    route({ input }: { input: { url: { path: string } } }) {
      const resources = expected === undefined ? findCandidates(input.url.path) : [expected]
      return route({ input, resources })
    },
  }
  for (let index = 0; index < servers; index += 1) {
    const server = createServer(operations, {
      cors: false,
      config: CONFIG,
      components,
    })
    origins.push(await server.listen(0, '127.0.0.1'))
    closing.push(() => server.close())
  }
  const ports = origins.map(origin => Number(new URL(origin).port))
  const onStart = (message: unknown) => {
    const { request } = message as { request: IncomingMessage }
    const server = ports.indexOf(request.socket.localPort ?? -1)
    if (server < 0) return
    const { method = '', url = '', headers } = request
    judged.push({ method, url, headers, server, body: undefined, verdict: UNKNOWN })
  }
  subscribe('http.server.request.start', onStart)
  return {
    origins,
    operations: operations.length,
    expect(operation) {
      expected = special.get(operation)
    },
    take() {
      const taken = judged
      judged = []
      return taken
    },
    async close() {
      unsubscribe('http.server.request.start', onStart)
      await Promise.all(closing.map(close => close()))
    },
  }
}

interface Sorted {
  /** What Prism's router can tell apart. */
  readonly plain: readonly Resource[]
  /** Operations whose path has a query or a fragment, without it, by `METHOD /path?query#fragment`. */
  readonly special: ReadonlyMap<string, Resource>
  readonly names: ReadonlyMap<Resource, string>
}

function sortOut(operations: readonly Resource[]): Sorted {
  const special = new Map<string, Resource>()
  const names = new Map<Resource, string>()
  for (const operation of operations) {
    const name = `${operation.method.toUpperCase()} ${operation.path}`
    const isSpecial = /[?#]/.test(operation.path)
    const resource = isSpecial ? { ...operation, path: operation.path.replace(/[?#].*$/s, '') } : operation
    if (isSpecial) special.set(name, resource)
    names.set(resource, name)
  }
  return { plain: operations.filter(operation => names.has(operation)), special, names }
}

/** Prism takes values in paths apart at commas before its own readers of `simple`, `label` and `matrix` do. */
function withWholeValues({ resource, element }: Validated): Validated {
  const path = element.url.path.replaceAll(',', '%2C')
  return { resource, element: { ...element, url: { ...element.url, path } } }
}

/**
 * Counts what Prism's validators (told from the gateway's own by their options) can't compile; spares them tidying up
 * code that runs a few times.
 */
function watchCompilations(): void {
  const { prototype } = require('ajv/dist/core').default
  const { compile } = prototype
  prototype.compile = function (this: { opts: JsonObject & { code: JsonObject } }, ...args: unknown[]) {
    this.opts.code.optimize = false
    try {
      return compile.apply(this, args)
    } catch (error) {
      if (this.opts.allowMatchingProperties === true) failedCompilations += 1
      throw error
    }
  }
}
