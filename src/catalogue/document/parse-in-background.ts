import { once } from 'node:events'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { PosternError } from '../../errors.ts'
import type { JsonObject } from '../tool.ts'
import { type ParsedDocument, parseDocument, parseJsonDocument } from './parse-document.ts'
import type { ParseAnswer, ParseTask } from './parse-worker.ts'

/** Up to this many characters YAML is parsed within a few milliseconds. */
const SMALL = 32_000

/**
 * Parses like {@link parseDocument}, on a process that serves meanwhile: JSON at once, since nothing is faster, and
 * what is long and no JSON in a thread of its own, since megabytes of YAML take a second.
 *
 * @throws PosternError `document_invalid`
 */
export async function parseInBackground(text: string, name: string): Promise<ParsedDocument> {
  const json = parseJsonDocument(text, name)
  if (json !== undefined) return json
  return text.length <= SMALL ? parseDocument(text, name) : parseInThread({ text, name })
}

async function parseInThread(workerData: ParseTask): Promise<ParsedDocument> {
  // The package holds compiled files, a clone the sources.
  const file = new URL(`./parse-worker${extname(import.meta.filename)}`, import.meta.url)
  const worker = new Worker(file, { workerData })
  worker.unref()
  try {
    const [answer]: ParseAnswer[] = await once(worker, 'message')
    if (answer === undefined || 'problem' in answer) {
      throw new PosternError('document_invalid', { message: answer?.problem })
    }
    return { document: JSON.parse(answer.json) as JsonObject, refersByName: answer.refersByName }
  } finally {
    await worker.terminate()
  }
}
