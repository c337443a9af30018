/** Lines that wait to be written, as bytes, put together in pieces so that no line is an object of its own. */
export class LineQueue {
  #full: Buffer[] = []
  #filling: Buffer = NOTHING
  #filled = 0
  #bytes = 0

  /** Bytes that wait, newlines included. */
  get bytes(): number {
    return this.#bytes
  }

  /** Adds a line, given without its newline. */
  add(line: string): void {
    // A character is at most three bytes.
    const most = line.length * 3 + 1
    if (this.#filled + most > this.#filling.length) this.#startPiece(most)
    const start = this.#filled
    this.#filled += this.#filling.write(line, start)
    this.#filling[this.#filled++] = NEWLINE
    this.#bytes += this.#filled - start
  }

  /** Takes all lines out. */
  take(): Buffer {
    if (this.#bytes === 0) return NOTHING
    const last = this.#filling.subarray(0, this.#filled)
    const bytes = this.#full.length === 0 ? last : Buffer.concat([...this.#full, last])
    this.#full = []
    this.#filling = NOTHING
    this.#filled = 0
    this.#bytes = 0
    return bytes
  }

  /** Puts lines back in front of the others. */
  putBack(lines: Buffer): void {
    if (lines.length === 0) return
    this.#full.unshift(lines)
    this.#bytes += lines.length
  }

  /** Puts away what is filled and begins a piece that has room for so many bytes. */
  #startPiece(room: number): void {
    if (this.#filled > 0) this.#full.push(this.#filling.subarray(0, this.#filled))
    this.#filling = Buffer.allocUnsafe(Math.max(PIECE_BYTES, room))
    this.#filled = 0
  }
}

/** A piece takes what is gathered for one write and a line or two more. */
const PIECE_BYTES = 81_920
const NOTHING: Buffer = Buffer.alloc(0)
const NEWLINE = 0x0a
