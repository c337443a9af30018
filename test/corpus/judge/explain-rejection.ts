import { FELL_OVER } from './judge.ts'
import type { Rejection } from './round-trip.ts'

/** Whose fault it is that a well-formed call was not accepted. */
export type Cause = 'judge' | 'document' | 'generator' | 'ours'

/** One kind of exception. */
export interface Explanation {
  readonly rule: string
  readonly cause: Cause
  readonly why: string
}

interface Rule extends Explanation {
  readonly fits: (rejection: Rejection) => boolean
}

/** From the most particular to the most general; what none fits is ours until somebody shows otherwise. */
const RULES: readonly Rule[] = [
  {
    rule: 'judge-falls-over',
    cause: 'judge',
    why: 'Prism’s validator throws (a header or path parameter in the style `simple` that is left out or an object, an object in `spaceDelimited`) and says nothing about the request.',
    fits: ({ violations }) => violations.some(({ code }) => code === FELL_OVER),
  },
  {
    rule: 'judge-invents-object',
    cause: 'judge',
    why: 'Prism takes an optional `deepObject` parameter that the request leaves out for an empty object, and misses what that would require.',
    fits: ({ request, violations }) =>
      request !== undefined &&
      violations.every(({ path = [], code }) => {
        const [where, name = ''] = path
        return (
          where === 'query' && code === 'required' && !decodeURIComponent(request.url).includes(`${name}[`)
        )
      }),
  },
  {
    rule: 'no-media-type',
    cause: 'document',
    why: 'The document describes a body and no media type for it (Swagger 2.0 without `consumes`); JSON is sent, and Prism takes none.',
    fits: ({ violations }) =>
      violations.every(({ message }) => message.startsWith('No supported content types')),
  },
  {
    rule: 'nested-in-parameter',
    cause: 'document',
    why: 'A parameter holds lists or objects within lists or objects, and no style of OpenAPI says how to write these (OpenAPI 3.1.1, “Undefined Values and Non-RFC6570 Behaviors”); what can be written of it is taken.',
    fits: ({ by, violations }) =>
      by === 'gateway' && violations.every(({ message }) => /received a nested value/.test(message)),
  },
  {
    rule: 'empty-in-path',
    cause: 'document',
    why: 'An empty list or object fits the schema of a path parameter, but leaves its place in the path empty; the gateway says so.',
    fits: ({ by, violations }) =>
      by === 'gateway' &&
      violations.every(({ message }) => /it is part of the path; received an empty value/.test(message)),
  },
  {
    rule: 'overlapping-alternatives',
    cause: 'document',
    why: 'Alternatives of a `oneOf` overlap, so that ordinary values fit several of them, which `oneOf` forbids.',
    fits: ({ by, violations }) =>
      violations.every(({ code, message }) =>
        by === 'judge'
          ? code === 'oneOf' || message.includes('exactly one schema in oneOf')
          : /fits one alternative only/.test(message),
      ),
  },
  {
    rule: 'no-value',
    cause: 'generator',
    why: 'The test found no value for the schema: a pattern that nothing matches, or a type that requires itself.',
    fits: ({ by }) => by === 'generator',
  },
]

const UNEXPLAINED: Explanation = {
  rule: 'unexplained',
  cause: 'ours',
  why: 'No rule explains it, so it counts as an error of the gateway.',
}

/** Says why a well-formed call was not accepted; the rules are in this file for readers to check. */
export function explainRejection(rejection: Rejection): Explanation {
  const { rule, cause, why } = RULES.find(({ fits }) => fits(rejection)) ?? UNEXPLAINED
  return { rule, cause, why }
}
