import { isLoopback } from '../loopback.ts'
import type { ConfigPath, Finding } from '../problem.ts'
import type { IntrospectionConfig } from '../schema.ts'

const LONGEST_WAIT = 30_000

/** An introspection whose answers anybody could write, or that would take tokens meant for others. */
export function checkIntrospection(
  introspection: IntrospectionConfig,
  scheme: string,
  verify: ConfigPath,
): readonly Finding[] {
  const path = [...verify, 'introspection']
  const { url, audience, clients, anyAudience, timeout } = introspection
  const findings: Finding[] = []
  if (scheme !== 'bearer') {
    findings.push({
      path,
      message: 'an authorization server knows tokens, not headers',
      fix: 'use the scheme bearer',
    })
  }
  const message = addressMistake(url)
  if (message !== undefined) {
    const fix = 'write its https URL (http:// only for localhost, 127.0.0.1 or [::1])'
    findings.push({ path: [...path, 'url'], message, fix })
  }
  if (audience === undefined && clients === undefined && !anyAudience) {
    findings.push({
      path,
      message: 'a token that was issued for any other application would be taken here',
      fix: 'set audience to what the server names this gateway by, or clients; where it can tell neither, anyAudience: true',
    })
  }
  if (timeout > LONGEST_WAIT) {
    const message = 'requests would wait too long to be told that nobody can say who they are'
    findings.push({ path: [...path, 'timeout'], message, fix: 'write at most 30s' })
  }
  if (anyAudience && (audience !== undefined || clients !== undefined)) {
    findings.push({
      path: [...path, 'anyAudience'],
      message: 'it contradicts audience and clients',
      fix: 'remove it',
    })
  }
  return findings
}

function addressMistake(value: string): string | undefined {
  if (!URL.canParse(value) || !/^https?:\/\//i.test(value)) return 'no server can be asked there'
  const url = new URL(value)
  if (url.username !== '' || url.password !== '' || value.includes('#')) {
    return 'an endpoint’s URL has no user and no fragment'
  }
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return undefined
  return 'tokens would go over plain http, and whoever stands between could sign in as anybody'
}
