import { isNested } from '../../../src/catalogue/arguments/is-nested.ts'
import { isJsonObject } from '../../../src/catalogue/is-json-object.ts'
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
    why: 'Prism’s validator throws at objects in the styles `spaceDelimited` and `pipeDelimited`, and says nothing about the request.',
    fits: ({ violations }) => violations.some(({ code }) => code === FELL_OVER),
  },
  {
    rule: 'judge-form-list',
    cause: 'judge',
    why: 'Prism takes lists of objects in forms only as JSON, also where the document says `deepObject`, and looks no further.',
    fits: ({ request, violations }) =>
      violations.every(({ message }) => message.startsWith('Cannot deserialize JSON object array')) &&
      /%5B0%5D%5B/.test(String(request?.body)),
  },
  {
    rule: 'judge-part-text',
    cause: 'judge',
    why: 'Prism reads every part of a multipart body as a text, also those that are JSON, as objects are there by default.',
    fits: rejection =>
      isMultipart(rejection) &&
      rejection.violations.every(
        ({ path = [], message }) => path.length === 2 && /must be (?:object|array)$/.test(message),
      ),
  },
  {
    rule: 'judge-part-delimiter',
    cause: 'judge',
    why: 'Prism takes the commas between the members of an object in a multipart body, which the style `form` puts there, for reserved characters that should have been encoded; nothing is encoded so in multipart bodies.',
    fits: rejection =>
      isMultipart(rejection) &&
      rejection.violations.every(({ message }) => message.startsWith('Reserved characters used')),
  },
  {
    rule: 'judge-undescribed-field',
    cause: 'judge',
    why: 'The document requires a field of a form that it does not describe; it is sent, and Prism reads only those that are described.',
    fits: ({ request, violations }) =>
      violations.every(({ path = [], code, message }) => {
        const name = /required property '([^']+)'$/.exec(message)?.[1]
        const isSent = String(request?.body)
          .split('&')
          .some(pair => pair.split('=')[0] === name)
        return path.length === 1 && path[0] === 'body' && code === 'required' && isSent
      }),
  },
  {
    rule: 'empty-form',
    cause: 'document',
    why: 'All that the document requires of a form are objects that may be empty; a form can’t say that, and a body without fields is none to Prism.',
    fits: ({ arguments: args, request, violations }) =>
      String(request?.contentType).startsWith('application/x-www-form-urlencoded') &&
      violations.every(({ message }) => message === 'Body parameter is required') &&
      Object.values(args).every(value => isJsonObject(value) && Object.keys(value).length === 0),
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
    why: 'A parameter holds lists or objects within lists or objects, and no style of OpenAPI says how to write these (OpenAPI 3.1.1, “Undefined Values and Non-RFC6570 Behaviors”); it is written as JSON, which Prism does not read.',
    fits: ({ arguments: args, violations }) =>
      violations.every(({ path: [where, name = ''] = [] }) => where !== 'body' && isNested(args[name])),
  },
  {
    rule: 'overlapping-alternatives',
    cause: 'document',
    why: 'Alternatives of a `oneOf` overlap, so that ordinary values fit several of them, which `oneOf` forbids.',
    // The gateway has checked that one of them fits. Prism also says what those that don’t have against the value.
    fits: ({ by, violations }) => {
      const tops = violations.filter(({ code }) => code === 'oneOf').map(({ path = [] }) => path)
      const isBelow = (path: readonly string[]) =>
        tops.some(top => top.every((part, index) => path[index] === part))
      return by === 'judge' && violations.every(({ path = [] }) => isBelow(path))
    },
  },
  {
    rule: 'no-value',
    cause: 'generator',
    why: 'The test found no value for the schema: a pattern that nothing matches, or a type that requires itself.',
    fits: ({ by }) => by === 'generator',
  },
]

function isMultipart({ request }: Rejection): boolean {
  return String(request?.contentType).startsWith('multipart/form-data')
}

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
