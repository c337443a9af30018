import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Config } from './config.ts'
import type { ConfigPath, Finding } from './problem.ts'
import type { PromptMessageConfig } from './schema.ts'

/** Reads the pictures and sounds of prompts; relative paths are relative to the configuration's. */
export function readPromptFiles(config: Config): {
  /** With the bytes of every file that could be read. */
  readonly config: Config
  readonly findings: readonly Finding[]
} {
  const findings: Finding[] = []
  const read = (message: PromptMessageConfig, path: ConfigPath): PromptMessageConfig => {
    if (message.type === 'text' || message.type === 'resource') return message
    const place = [...path, message.type]
    if (!message.mimeType.startsWith(`${message.type}/`)) findings.push(untyped(place, message.type))
    if (message.file === undefined) return message
    return { ...message, data: readBase64(resolve(config.directory, message.file), place, findings) }
  }
  const prompts = config.prompts.map((prompt, index) => ({
    ...prompt,
    messages: prompt.messages.map((message, at) => read(message, ['prompts', index, 'messages', at])),
  }))
  return { config: { ...config, prompts }, findings }
}

/** A model is sent all of it each time. */
const LARGEST = 5 * 1_048_576

function readBase64(path: string, place: ConfigPath, findings: Finding[]): string {
  try {
    if (statSync(path).size <= LARGEST) return readFileSync(path, 'base64')
    findings.push({ path: place, message: 'the file is larger than 5 MiB', fix: 'name a smaller one' })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    const fix = 'correct the path, or its permissions'
    findings.push({ path: place, message: `the file can’t be read (${code})`, fix })
  }
  return ''
}

function untyped(path: ConfigPath, type: string): Finding {
  const example = type === 'image' ? 'image/png' : 'audio/wav'
  return {
    path,
    message: `its media type can’t be told by the name, or is no ${type}`,
    fix: `add one, as in { file: …, mimeType: ${example} }`,
  }
}
