import type { Config } from '../config.ts'
import { type Expression, isExpression } from '../expression.ts'
import type { ConfigPath, Finding } from '../problem.ts'
import type { ApiConfig, EntitlementsConfig } from '../schema.ts'
import { checkProductRequest } from './product-request.ts'

/** Entitlements that the product would tell of somebody else than the caller, and flags that nobody asks for. */
export function checkEntitlements(config: Config): readonly Finding[] {
  const { entitlements } = config
  const asked = entitlements === undefined ? [] : checkAsked(entitlements, config)
  return [...asked, ...findExpressions(config, []).flatMap(found => checkFlags(found, config))]
}

const PATH: ConfigPath = ['entitlements']
const PLACEHOLDERS: readonly string[] = ['{subject}', '{organization}']

function checkAsked({ request, api }: EntitlementsConfig, { apis }: Config): readonly Finding[] {
  const findings = [...checkProductRequest(request, [...PATH, 'request'])]
  const unknown = (request.match(/\{[^}]*\}?/g) ?? []).find(text => !PLACEHOLDERS.includes(text))
  if (unknown !== undefined) {
    findings.push({
      path: [...PATH, 'request'],
      message: 'it has a placeholder that stands for nothing',
      fix: `write ${PLACEHOLDERS.join(' or ')}`,
    })
  }
  const position = api === undefined ? 0 : apis.findIndex(({ name }) => name === api)
  const asked = apis[position]
  if (asked === undefined) {
    const fix = `write one of ${apis.map(({ name }) => name).join(', ')}`
    return [...findings, { path: [...PATH, 'api'], message: 'there is no API of this name', fix }]
  }
  return request.includes('{subject}') ? findings : [...findings, ...impersonal(asked, position)]
}

/** A credential that is the same for every caller gets one answer for all of them: what the gateway may. */
function impersonal({ name, credentials }: ApiConfig, position: number): readonly Finding[] {
  const found = credentials.find(({ type }) => type === 'none' || type === 'static')
  if (found === undefined) return []
  return [
    {
      path: [...PATH, 'request'],
      message: `calls to ${name} may present ${found.type === 'none' ? 'no credential' : 'the gateway’s own credential'}, and the answer would not be about the caller`,
      fix: `put {subject} into the path, or give ${name} credentials that say who calls`,
      concerns: [['apis', position, 'credentials']],
    },
  ]
}

interface Found {
  readonly path: ConfigPath
  readonly expression: Expression
}

function checkFlags({ path, expression }: Found, { entitlements }: Config): readonly Finding[] {
  if (!expression.members.includes('flags')) return []
  if (entitlements?.flags === undefined) {
    const message = 'nobody is asked for principal.flags'
    return [{ path, message, fix: 'add entitlements with request and flags', concerns: [PATH] }]
  }
  // Who signs in or approves has presented no credential with which the product could be asked.
  if (path[0] !== 'scopes' && path[0] !== 'auth') return []
  return [
    {
      path,
      message: 'people who sign in or approve have no flags yet, so that this would always refuse',
      fix: 'write it as when of a rule: scopes can be given to everybody, and each call is decided by flags',
    },
  ]
}

/** Every expression of the configuration, wherever it is. */
function findExpressions(value: unknown, path: ConfigPath): readonly Found[] {
  if (isExpression(value)) return [{ path, expression: value }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    findExpressions(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  )
}
