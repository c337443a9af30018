import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { Config } from '../config/config.ts'
import { loadConfig } from '../config/load.ts'
import type { ConfigProblem } from '../config/problem.ts'
import { renderProblems } from '../config/render-problems.ts'
import { PosternError } from '../errors.ts'

/** The configuration that `--config` names. @throws PosternError `configuration_invalid`, every problem in it. */
export function readConfig(command: Command): Config {
  return loadConfig(configFile(command))
}

/** Absolute path of the file that `--config` names. */
export function configFile(command: Command): string {
  return resolve(command.optsWithGlobals<{ config: string }>().config)
}

/** What to print for a command that failed: all problems of a configuration, or the one public message. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof PosternError))
    return `postern: ${error instanceof Error ? error.message : String(error)}`
  const problems = error.data?.problems
  if (Array.isArray(problems)) {
    return renderProblems(problems as ConfigProblem[], String(error.data?.file ?? 'the configuration'))
  }
  return `postern: ${error.message}`
}
