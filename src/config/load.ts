import { resolve } from 'node:path'
import { checkConfig } from './check-config.ts'
import { completeConfig } from './complete-config.ts'
import type { Config } from './config.ts'
import { explainIssue } from './explain-issue.ts'
import { type ParseResult, parseConfig } from './parse-config.ts'
import { parseRemainder } from './parse-remainder.ts'
import { placeFinding } from './place-finding.ts'
import { type ConfigPath, configurationInvalid, type Finding, formatPath } from './problem.ts'
import { readConfigFile } from './read-config-file.ts'
import { readKeyFiles } from './read-key-files.ts'
import { readPromptFiles } from './read-prompt-files.ts'
import { readTlsFiles } from './read-tls-files.ts'
import { type Substituted, substitute } from './substitute.ts'
import { valueAt } from './value-at.ts'

/** What {@link loadConfig} takes besides the file. */
export interface LoadOptions {
  /** Variables for `${NAME}`; default: the process's environment. */
  readonly env?: NodeJS.ProcessEnv
}

/**
 * Reads, completes, checks and deep-freezes a configuration file. `process.env` is read nowhere else.
 *
 * @throws PosternError `configuration_invalid` with every problem at once in `data.problems`
 * ({@link ConfigProblem}[]), sorted by line. No problem shows the value of a key that may hold a secret, nor
 * anything that came from the environment.
 */
export function loadConfig(file: string, options: LoadOptions = {}): Config {
  const absolute = resolve(file)
  const content = readConfigFile(absolute)
  const data = substitute(content.value, options.env ?? process.env)
  const parsed = parseWithCoercion(data)
  const shape = [...data.findings, ...shapeFindings(parsed, data)]
  const usable = parsed.config ?? parseRemainder(data.value)
  const read = usable && readKeyFiles(completeConfig(usable, absolute))
  const tls = read && readTlsFiles(read.config)
  const prompts = tls && readPromptFiles(tls.config)
  const config = prompts?.config
  const unread = [read, tls, prompts].flatMap(part => part?.findings ?? [])
  const findings = [...shape, ...unread.filter(restsOnNone(shape))]
  const checked = config === undefined ? [] : checkConfig(config).filter(restsOnNone(findings))
  const all = [...findings, ...checked]
  if (config === undefined || all.length > 0) {
    const problems = all.map(finding => placeFinding(finding, content, data))
    throw configurationInvalid(
      absolute,
      problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    )
  }
  return deepFreeze(config)
}

/**
 * Everything from the environment is text. Where a value is one placeholder and nothing else and the schema
 * wants a number or a boolean, the text is read as one.
 */
function parseWithCoercion(data: Substituted): ParseResult {
  const parsed = parseConfig(data.value)
  let changed = false
  for (const issue of parsed.issues) {
    if (issue.code !== 'invalid_type' || !data.whole.has(formatPath(issue.path))) continue
    const value = scalarOf(valueAt(data.value, issue.path), issue.expected)
    if (value === undefined) continue
    const parent = valueAt(data.value, issue.path.slice(0, -1))
    const key = issue.path.at(-1)
    if (typeof parent !== 'object' || parent === null || key === undefined) continue
    changed = Reflect.set(parent, key, value) || changed
  }
  return changed ? parseConfig(data.value) : parsed
}

function scalarOf(text: unknown, expected: string): number | boolean | undefined {
  if (typeof text !== 'string') return undefined
  if (expected === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined
  return /^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : undefined
}

/** What is wrong with the shape, except where a missing variable already is. */
function shapeFindings(parsed: ParseResult, data: Substituted): readonly Finding[] {
  const reported = new Set(data.findings.map(finding => formatPath(finding.path)))
  return parsed.issues
    .flatMap(issue => explainIssue(issue, data.value))
    .filter(finding => !reported.has(formatPath(finding.path)))
}

/** True for findings that don't rest on a part of the file which has a problem of its own. */
function restsOnNone(faults: readonly Finding[]): (finding: Finding) => boolean {
  return ({ path, concerns = [] }) =>
    ![path, ...concerns].some(place => faults.some(fault => overlap(fault.path, place)))
}

/** True if one of the places holds the other. */
function overlap(a: ConfigPath, b: ConfigPath): boolean {
  const length = Math.min(a.length, b.length)
  return a.slice(0, length).every((key, index) => key === b[index])
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const member of Object.values(value)) deepFreeze(member)
  return Object.freeze(value)
}
