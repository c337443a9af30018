import type { Tool } from '../catalogue/tool.ts'
import type { Progress } from '../mcp/progress.ts'
import type { AnswerWatch } from '../upstream/exchange.ts'
import { cutText } from './cut-text.ts'
import { eventText, isRecord } from './event-stream.ts'
import { hideSecrets } from './hide-secrets.ts'
import { isJsonSequence } from './json-sequence.ts'
import { readJson } from './json-text.ts'
import { parseMediaType } from './media-type.ts'
import { createEventParser, type ServerEvent } from './parse-events.ts'
import { createRecordParser } from './parse-records.ts'

/**
 * Makes what looks on while a backend answers and reports each record of a stream as a step: the events of a
 * `text/event-stream`, the values of NDJSON and of JSON sequences. Only whole records are shown, without the secrets
 * and shortened. An answer of another type, or one that says that the call failed, has no steps.
 *
 * Where a rule gives only chosen members, or a strict schema may hold the answer back, the steps are counted and not
 * shown: what is kept out of the result must not get out beside it.
 *
 * @param secrets - header values that must not come back: the gateway's own credential
 */
export function watchRecords(
  progress: Progress,
  tool: Pick<Tool, 'answer'>,
  secrets: readonly string[],
): AnswerWatch {
  return (status, headers) => {
    if (status < 200 || status >= 300) return undefined
    const parse = recordParser(headers['content-type'])
    if (parse === undefined) return undefined
    const isShown = mayBeShown(tool)
    let isReadable = true
    return chunk => {
      if (!isReadable) return
      const records = parse(chunk)
      if (records === undefined) isReadable = false
      else for (const record of records) progress.step(() => (isShown ? describe(record, secrets) : ''))
    }
  }
}

/** Gives the text of each record that a chunk completes; undefined once the stream has become unreadable. */
type RecordParser = (chunk: Buffer) => readonly (ServerEvent | string)[] | undefined

function recordParser(contentType: string | undefined): RecordParser | undefined {
  const { type, parameters } = parseMediaType(contentType)
  if (type === 'text/event-stream') {
    const take = createEventParser(MAX_RECORD)
    return untilTooLarge(chunk => take(chunk).filter(isRecord))
  }
  if (!isJsonSequence(type)) return undefined
  const separator = type.endsWith('json-seq') ? RECORD_SEPARATOR : LINE_END
  return untilTooLarge(createRecordParser(separator, parameters.get('charset'), MAX_RECORD))
}

/** A record that is too large to be kept twice ends the steps, and nothing else. */
function untilTooLarge(parse: (chunk: Buffer) => readonly (ServerEvent | string)[]): RecordParser {
  return chunk => {
    try {
      return parse(chunk)
    } catch {
      return undefined
    }
  }
}

function mayBeShown({ answer }: Pick<Tool, 'answer'>): boolean {
  if (answer === undefined) return true
  const { output, reshape } = answer
  return output !== 'strict' && reshape?.fields === undefined && reshape?.result === undefined
}

/** Secrets are taken out before and after, as JSON may hold them in another spelling than its text. */
function describe(record: ServerEvent | string, secrets: readonly string[]): string {
  const text =
    typeof record === 'string'
      ? textOf(hideSecrets(record, secrets))
      : eventText({ ...record, data: hideSecrets(record.data, secrets) })
  const clean = hideSecrets(text, secrets)
  return clean.length <= MAX_SHOWN ? clean : cutText(clean, MAX_SHOWN, false).text
}

function textOf(record: string): string {
  return readJson(record)?.text ?? record
}

/** Most characters of one record that are kept until it is whole. */
const MAX_RECORD = 262_144
/** Most characters of one record that are shown. */
const MAX_SHOWN = 500
const RECORD_SEPARATOR = '\u001e'
const LINE_END = /\r\n|\n|\r/
