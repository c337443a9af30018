import { isPresentedPart } from '../presented-part.ts'
import type { ConfigPath, Finding } from '../problem.ts'
import { unusableHeader } from '../unusable-header.ts'
import { checkProductRequest } from './product-request.ts'
import type { Verified } from './verify.ts'

/** A question to the product that could leave it, be altered on the way, or be answered alike for everybody. */
export function checkQuestion(scheme: Verified, request: string, verify: ConfigPath): readonly Finding[] {
  const { body, headers } = scheme.verify
  return [
    ...checkProductRequest(request, [...verify, 'request']),
    ...checkBody(request, body, [...verify, 'body']),
    ...Object.entries(headers ?? {}).flatMap(([name, value], position, all) => {
      const path = [...verify, 'headers', name]
      const isRepeated = all.findIndex(([other]) => other.toLowerCase() === name.toLowerCase()) < position
      const repeated = { path, message: 'this header is named twice', fix: 'name it once', secret: true }
      return [
        ...(isRepeated ? [repeated] : []),
        ...unusable(name, path),
        ...texts(value, path).flatMap(found => textMistakes(found, true)),
      ]
    }),
    ...texts(body, [...verify, 'body']).flatMap(found => textMistakes(found, false)),
    ...parts(scheme, verify),
    ...unasked(scheme, verify),
  ]
}

function checkBody(request: string, body: Verified['verify']['body'], path: ConfigPath): readonly Finding[] {
  if (body === undefined) return []
  if ((body.json === undefined) === (body.form === undefined)) {
    return [{ path, message: 'it is neither JSON nor a form, or both', fix: 'write one of json and form' }]
  }
  if (!request.startsWith('GET ')) return []
  return [{ path, message: 'a GET has no body', fix: 'write POST in request, or remove body' }]
}

function unusable(name: string, path: ConfigPath): readonly Finding[] {
  const reason = unusableHeader(name)
  if (reason === undefined) return []
  const message = `${name} ${reason} and can’t be set here`
  return [{ path, message, fix: 'write another header', secret: true }]
}

interface Found {
  readonly path: ConfigPath
  readonly value: unknown
}

/** All texts and presented parts in a template, with where they are. */
function texts(template: unknown, path: ConfigPath): readonly Found[] {
  if (typeof template === 'string' || isPresentedPart(template)) return [{ path, value: template }]
  if (typeof template !== 'object' || template === null) return []
  return Object.entries(template).flatMap(([key, value]) =>
    texts(value, [...path, Array.isArray(template) ? Number(key) : key]),
  )
}

const PLACEHOLDER = /[{<]\s*(?:token|presented|credential)\b[^}>]*[}>]/i

/** The value is never shown: a constant may be the gateway's own key. */
function textMistakes({ path, value }: Found, isHeader: boolean): readonly Finding[] {
  const text = isPresentedPart(value) ? (value.prefix ?? '') : value
  if (typeof text !== 'string') return []
  const mistake = (message: string, fix: string) => [{ path, message, fix, secret: true }]
  if (PLACEHOLDER.test(text)) {
    return mistake('a placeholder in a text stays as it is', 'write the mapping { presented: token } instead')
  }
  if (!isHeader) return []
  if (/[^\x20-\x7e]/.test(text)) {
    return mistake(
      'it has a line break or another character that a header can’t hold',
      'remove it; values from files often end with a line break',
    )
  }
  const isPadded = isPresentedPart(value) ? text !== text.trimStart() : text !== text.trim()
  return isPadded ? mistake('it starts or ends with a space', 'remove the space') : []
}

function presentedParts(scheme: Verified, verify: ConfigPath): readonly Found[] {
  const { headers, body } = scheme.verify
  return [...texts(headers, [...verify, 'headers']), ...texts(body, [...verify, 'body'])].filter(
    ({ value }) => isPresentedPart(value),
  )
}

function namesOf(scheme: Verified): readonly string[] {
  return scheme.type === 'bearer' ? ['token', scheme.header] : scheme.headers
}

/** Whatever stands for something that the caller never presents. */
function parts(scheme: Verified, verify: ConfigPath): readonly Finding[] {
  const names = namesOf(scheme)
  const known = names.map(name => name.toLowerCase())
  return presentedParts(scheme, verify).flatMap(({ path, value }) => {
    const { presented, prefix = '' } = isPresentedPart(value) ? value : {}
    const isAlone = Object.keys(Object(value)).every(key => key === 'presented' || key === 'prefix')
    if (!isAlone || typeof prefix !== 'string') {
      const fix = 'write presented, and as prefix a text'
      return [{ path, message: 'this has no meaning beside presented', fix }]
    }
    if (typeof presented === 'string' && known.includes(presented.toLowerCase())) return []
    const fix = `write one of ${names.join(', ')}`
    return [{ path: [...path, 'presented'], message: 'not a part of this scheme’s credential', fix }]
  })
}

/**
 * A part of the credential that the question leaves out proves nothing: a product that is asked with the gateway's
 * own key alone would accept everybody. Only a subject that is compared with the answer needs no proof.
 */
function unasked(scheme: Verified, verify: ConfigPath): readonly Finding[] {
  const { headers, body, identity } = scheme.verify
  if (headers === undefined) return []
  const sent = new Set(
    presentedParts(scheme, verify).map(({ value }) =>
      isPresentedPart(value) ? String(value.presented).toLowerCase() : '',
    ),
  )
  const missing = namesOf(scheme).filter(name => !sent.has(name.toLowerCase()))
  const path = [...verify, body === undefined ? 'headers' : 'body']
  if (scheme.type === 'bearer') {
    if (missing.length < namesOf(scheme).length) return []
    const message = 'the question would not carry the token, and be answered alike for everybody'
    return [{ path, message, fix: 'add a header or a member { presented: token }' }]
  }
  const isCompared = (name: string) =>
    identity !== undefined && name.toLowerCase() === scheme.subject?.toLowerCase()
  return missing
    .filter(name => !isCompared(name))
    .map(name => ({
      path,
      message: `the question would not carry the ${name} that the caller presented`,
      fix: `add a header or a member { presented: ${name} }`,
    }))
}
