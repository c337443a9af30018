import {
  type ConfigPath,
  type ConfigProblem,
  type Finding,
  formatPath,
  isSecretPath,
  shorten,
} from './problem.ts'
import type { YamlContent } from './read-yaml.ts'
import type { Substituted } from './substitute.ts'
import { valueAt } from './value-at.ts'

/** A finding with its line and with what the file has there, but nothing that may be a secret. */
export function placeFinding(finding: Finding, content: YamlContent, data: Substituted): ConfigProblem {
  const keys = asWritten(finding.path, content.value)
  const path = formatPath(keys)
  const line = content.lineOf(keys)
  const value =
    finding.secret || isSecretPath(finding.path) ? undefined : shownValue(keys, path, content, data)
  return {
    path,
    ...(line === undefined ? {} : { line }),
    ...(value === undefined ? {} : { value }),
    message: withoutFilledIn(finding.message, data),
    fix: withoutFilledIn(finding.fix, data),
  }
}

/** The value as the file has it, so that what came from the environment stays out of sight. */
function shownValue(
  path: ConfigPath,
  key: string,
  content: YamlContent,
  data: Substituted,
): string | undefined {
  const value = data.sources.get(key) ?? valueAt(content.value, path)
  return typeof value === 'object' || value === undefined ? undefined : shorten(String(value))
}

function withoutFilledIn(text: string, data: Substituted): string {
  let result = text
  // A value of one to three characters is no secret, and taking it out would garble the text.
  for (const value of data.filledIn) if (value.length > 3) result = result.replaceAll(value, '…')
  return result
}

/** The path without positions in lists that the file writes as one entry, as `credentials` may be. */
function asWritten(path: ConfigPath, value: unknown): ConfigPath {
  return path.filter((key, index) => {
    if (typeof key !== 'number') return true
    const parent = valueAt(value, path.slice(0, index))
    return Array.isArray(parent) || parent === undefined
  })
}
