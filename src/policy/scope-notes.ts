import type { Tool } from '../catalogue/tool.ts'
import type { Config } from '../config/config.ts'
import { type ConfigProblem, formatPath } from '../config/problem.ts'
import { createPolicy } from './decide.ts'
import { unmatchedScopes } from './unmatched-scopes.ts'

/**
 * Parts of declared scopes that open no tool: most often a resource that the tools spell otherwise, which whoever
 * approves or is given the scope would find out too late. Only notes, as plain requests that are passed through may ask
 * for them. Pure.
 */
export function scopeNotes(config: Config, tools: readonly Tool[]): readonly ConfigProblem[] {
  const policy = createPolicy(config)
  return Object.entries(config.scopes).flatMap(([name, { allow }]) => {
    const idle = new Set(unmatchedScopes(allow, tools, policy))
    return allow.flatMap((scope, index) => {
      if (!idle.has(scope)) return []
      return {
        path: formatPath(['scopes', name, 'allow', index]),
        value: scope,
        message: `${scope} opens no tool`,
        fix: 'write a scope that `postern tools` shows',
      }
    })
  })
}
