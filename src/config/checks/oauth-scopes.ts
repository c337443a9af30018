import type { Config } from '../config.ts'
import type { ConfigPath, Finding } from '../problem.ts'
import type { OAuthConfig } from '../schema.ts'

/** `*`, or a tier and a resource: what means something without being declared. */
const PLAIN = /^(?:\*|(?:read|write|manage|\*):(?:[A-Za-z0-9_.-]+|\*))$/

/**
 * Scopes of the authorization server that nobody could ask for, or that mean nothing: names that are neither declared
 * nor what a rule asks for (`scope`).
 */
export function checkScopeNames(config: Config, oauth: OAuthConfig, path: ConfigPath): readonly Finding[] {
  const { scopes, defaultScopes } = oauth
  const names = new Set([...Object.keys(config.scopes), ...namesInRules(config)])
  return [
    ...(scopes ?? []).flatMap((scope, at) => unknown(scope, names, [...path, 'scopes', at])),
    ...repeated(scopes ?? [], [...path, 'scopes']),
    ...(defaultScopes ?? []).flatMap((scope, at) => {
      const where = [...path, 'defaultScopes', at]
      if (scopes === undefined) return unknown(scope, names, where)
      if (scopes.includes(scope)) return []
      const message = 'not among scopes, so that no client can have it'
      return [
        { path: where, message, fix: 'add it to scopes, or remove it', concerns: [[...path, 'scopes']] },
      ]
    }),
  ]
}

/** What rules ask for instead of a tier and a resource. */
function namesInRules({ apis }: Config): readonly string[] {
  return apis.flatMap(({ tools }) => (tools.rules ?? []).flatMap(({ scope }) => scope ?? []))
}

function unknown(scope: string, names: ReadonlySet<string>, path: ConfigPath): readonly Finding[] {
  if (scope === 'offline_access' || scope === 'openid') {
    const message = 'it opens nothing here: refresh tokens are given anyway, and ID tokens never'
    return [{ path, message, fix: 'remove it' }]
  }
  if (PLAIN.test(scope) || names.has(scope)) return []
  return [
    {
      path,
      message:
        'no scope that means anything: neither a tier and a resource, nor declared under scopes, nor asked for by a rule',
      fix: 'write one like read:invoices or read:*, or declare it under scopes',
      concerns: [['scopes']],
    },
  ]
}

function repeated(scopes: readonly string[], path: ConfigPath): readonly Finding[] {
  return scopes.flatMap((scope, at) =>
    scopes.indexOf(scope) < at
      ? [{ path: [...path, at], message: 'it is there twice', fix: 'remove one of them' }]
      : [],
  )
}
