import { isPresentedPart } from '../config/presented-part.ts'
import type { VerifyConfig } from '../config/schema.ts'

/** A credential that the product can verify. */
export interface ProductCredential {
  /** As presented, lower-case names; values hold no control characters. */
  readonly headers: Readonly<Record<string, string>>
  /** Scheme `bearer`: the token alone. */
  readonly token?: string
  /** Who the caller claims to be, where a header says so. */
  readonly claimed: string | undefined
}

/** What the product is asked with. */
export interface ProductQuestion {
  /** Lower-case names; holds the credential and what the configuration adds. Never logged. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/**
 * Compiles how a credential is put into the question for the product: as presented, or in the headers and the body
 * that the configuration describes.
 *
 * Nothing can be smuggled in: values hold no line breaks (the schemes see to that), and bodies are encoded whole.
 */
export function compileQuestion({
  headers,
  body,
}: Pick<VerifyConfig, 'headers' | 'body'>): (credential: ProductCredential) => ProductQuestion {
  const toHeaders =
    headers === undefined
      ? (credential: ProductCredential) => credential.headers
      : compileRecord(
          Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
        )
  if (body === undefined) return credential => ({ headers: toHeaders(credential), body: undefined })
  const [type, toBody] = compileBody(body)
  return credential => ({
    headers: { ...toHeaders(credential), 'content-type': type },
    body: toBody(credential),
  })
}

type Body = NonNullable<VerifyConfig['body']>

function compileBody({ json, form = {} }: Body): [type: string, (credential: ProductCredential) => string] {
  if (json !== undefined) {
    const fill = compileTemplate(json)
    return ['application/json', credential => JSON.stringify(fill(credential))]
  }
  const fields = compileRecord(form)
  return [
    'application/x-www-form-urlencoded',
    credential => new URLSearchParams(fields(credential)).toString(),
  ]
}

function compileRecord(
  record: Readonly<Record<string, unknown>>,
): (credential: ProductCredential) => Record<string, string> {
  const members = Object.entries(record).map(([name, value]) => [name, compileTemplate(value)] as const)
  return credential => Object.fromEntries(members.map(([name, fill]) => [name, String(fill(credential))]))
}

/** Templates come from the configuration, which bounds how deep they are nested. */
function compileTemplate(template: unknown): (credential: ProductCredential) => unknown {
  if (isPresentedPart(template)) {
    const [name, prefix] = [String(template.presented).toLowerCase(), String(template.prefix ?? '')]
    return credential => prefix + presentedPart(credential, name)
  }
  if (typeof template !== 'object' || template === null) return () => template
  if (Array.isArray(template)) {
    const items = template.map(compileTemplate)
    return credential => items.map(fill => fill(credential))
  }
  const members = Object.entries(template).map(([key, value]) => [key, compileTemplate(value)] as const)
  return credential => Object.fromEntries(members.map(([key, fill]) => [key, fill(credential)]))
}

/** `token` is a bearer's token, and otherwise a header like any other. */
function presentedPart({ headers, token }: ProductCredential, name: string): string {
  const part = name === 'token' && token !== undefined ? token : headers[name]
  if (part === undefined) throw new Error('the credential has no such part')
  return part
}
