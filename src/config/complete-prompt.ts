import { extname } from 'node:path'
import type { ParsedConfig, PromptConfig, PromptMessageConfig } from './schema.ts'

/** A prompt whose messages say of what kind they are. What is in a file comes later, see `read-prompt-files.ts`. */
export function completePrompt(parsed: ParsedPrompt): PromptConfig {
  return { ...parsed, scopes: [parsed.scope ?? []].flat(), messages: parsed.messages.map(completeMessage) }
}

type ParsedPrompt = ParsedConfig['prompts'][number]

function completeMessage(message: ParsedPrompt['messages'][number]): PromptMessageConfig {
  const { role, text, resource, image, audio } = message
  if (text !== undefined) return { role, type: 'text', text }
  if (resource !== undefined) return { role, type: 'resource', uri: resource }
  const media = image ?? audio ?? ''
  const { file, data = '', mimeType } = typeof media === 'string' ? { file: media } : media
  const known = mimeType ?? TYPES[extname(file ?? '').toLowerCase()]
  return { role, type: image === undefined ? 'audio' : 'image', file, data, mimeType: known ?? '' }
}

const TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
  '.wav': 'audio/wav',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.flac': 'audio/flac',
  '.m4a': 'audio/mp4',
}
