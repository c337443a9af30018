/** What `parse-in-background.ts` runs in a thread of its own. A tree can't be handed over, its text can. */
import { parentPort, workerData } from 'node:worker_threads'
import { PosternError } from '../../errors.ts'
import { parseDocument } from './parse-document.ts'

/** What to parse. */
export interface ParseTask {
  readonly text: string
  /** Of the source, for messages. */
  readonly name: string
}

/** The document as JSON, or the message of why it is none. */
export type ParseAnswer =
  | { readonly json: string; readonly refersByName: boolean }
  | { readonly problem: string }

parentPort?.postMessage(parse(workerData))

function parse({ text, name }: ParseTask): ParseAnswer {
  try {
    const { document, refersByName } = parseDocument(text, name)
    return { json: JSON.stringify(document), refersByName }
  } catch (error) {
    if (!(error instanceof PosternError)) throw error
    return { problem: error.message }
  }
}
