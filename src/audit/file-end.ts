import { fstatSync, readSync, type Stats } from 'node:fs'
import { type ChainPlace, readPlace } from './chain-line.ts'

/** How a file ends that a chain goes on in. */
export interface FileEnd {
  /** The last whole line that is in a chain. */
  readonly last: ChainPlace | undefined
  /** Bytes after it, or after the last newline where there is none: lines that were not written to their end. */
  readonly torn: number
}

/** What is looked at of a file from its end, at most: longer than any record. */
const MOST_BYTES = 4_194_304
const FIRST_BYTES = 16_384

/** Reads the end of a file, and no more of it than is needed. @throws Error of the file system */
export function readFileEnd(fd: number, { size }: Pick<Stats, 'size'> = fstatSync(fd)): FileEnd {
  for (let length = FIRST_BYTES; ; length *= 4) {
    const bytes = Buffer.alloc(Math.min(length, MOST_BYTES, size))
    const tail = bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, size - bytes.length))
    for (let end = tail.lastIndexOf(NEWLINE); end > 0; ) {
      const start = tail.lastIndexOf(NEWLINE, end - 1)
      const last = readPlace(tail.subarray(start + 1, end))
      if (last !== undefined) return { last, torn: tail.length - (end + 1) }
      end = start
    }
    if (bytes.length < size && length < MOST_BYTES) continue
    return { last: undefined, torn: tail.length - (tail.lastIndexOf(NEWLINE) + 1) }
  }
}

const NEWLINE = 0x0a
