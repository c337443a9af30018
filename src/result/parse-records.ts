import { TextDecoder } from 'node:util'

/**
 * Makes a parser of records that stand one after the other, lines or what stands between record separators, that is
 * fed a stream's bytes as they come and gives the records that they complete, trimmed, without the empty ones. What
 * follows the last separator never comes out.
 *
 * @param separator - what ends a record; of several that stand for one another, an expression
 * @param charset - as declared; UTF-8 where it is unknown or not given
 * @param limit - most characters of one record
 * @returns a function that throws an Error when a record is larger
 */
export function createRecordParser(
  separator: RegExp | string,
  charset: string | undefined,
  limit: number,
): (chunk: Uint8Array) => readonly string[] {
  const decoder = decoderOf(charset)
  let partial = ''
  return chunk => {
    const records = decoder.decode(chunk, { stream: true }).split(separator)
    records[0] = partial + (records[0] ?? '')
    partial = records.pop() ?? ''
    if (partial.length > limit) throw new Error(`a record is larger than ${limit} characters`)
    return records.map(record => record.trim()).filter(record => record !== '')
  }
}

function decoderOf(charset: string | undefined): TextDecoder {
  try {
    return new TextDecoder(charset)
  } catch {
    return new TextDecoder()
  }
}
