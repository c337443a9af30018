import { readFileSync } from 'node:fs'
import { type ConfigProblem, configurationInvalid } from './problem.ts'
import { readYaml, type YamlContent } from './read-yaml.ts'

/** Far above any configuration, far below what would keep the parser busy. */
const LARGEST_FILE = 2_000_000

/**
 * Reads a configuration file as YAML.
 *
 * @throws PosternError `configuration_invalid` if there is no such file, it is no UTF-8 text, too large, or no
 * YAML that can be used.
 */
export function readConfigFile(file: string): YamlContent {
  let content: YamlContent
  try {
    const bytes = readFileSync(file)
    if (bytes.length > LARGEST_FILE) throw new RangeError('too large')
    content = readYaml(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw configurationInvalid(file, [unreadable(file, error)])
  }
  if (content.problems.length > 0) throw configurationInvalid(file, content.problems)
  return content
}

function unreadable(file: string, error: unknown): ConfigProblem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOENT') {
    return {
      path: '',
      message: `there is no file ${file}`,
      fix: 'name another with --config, or write one with init',
    }
  }
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return { path: '', message: 'the file is not UTF-8 text', fix: 'save it as UTF-8' }
  }
  if (error instanceof ReferenceError) {
    return {
      path: '',
      message: 'aliases multiply too often or name no anchor',
      fix: 'write it out, without aliases',
    }
  }
  if (error instanceof RangeError) {
    return { path: '', message: 'the file is too large or nested too deeply', fix: 'make it smaller' }
  }
  return { path: '', message: `the file can’t be read (${code || 'not usable YAML'})`, fix: 'check the file' }
}
