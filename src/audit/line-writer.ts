/**
 * Appends lines to a file or descriptor without ever making the caller wait, fail or grow without bound.
 *
 * Written here and not taken from the log's library because of what must hold when the destination fails: a full
 * disk may not stall the process at exit (a synchronous flush that retries until it succeeds would), a closed
 * pipe may not silence the writer for good, and lines that pile up may not exhaust the memory.
 */
import { close, fsync, open, write, writeSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'

/** What {@link LineWriter.open} needs. */
export interface LineWriterOptions {
  /** Absolute path of a file, made with mode 0600 if it is not there; or an open descriptor. */
  readonly target: string | 1 | 2
  /** Told once when writing begins to fail. */
  readonly onError: (error: Error) => void
  /** Told when writing works again, with the number of lines that were lost meanwhile. */
  readonly onRecovered: (lost: number) => void
  /** Most bytes that wait for the destination; lines beyond are lost and counted. Default 16 MB. */
  readonly mostBytes?: number
}

/** Lines are gathered until there are so many bytes, or for so many milliseconds. */
const GATHER_BYTES = 65_536
/** A piece takes what is gathered and a line or two more. */
const PIECE_BYTES = 81_920
const GATHER_MS = 1_000
/** Pause before a slow reader is tried again. */
const BUSY_MS = 20
/** How long {@link LineWriter.flush} waits for a slow reader, in all. */
const PATIENCE_MS = 2_000

/** See the file's head. */
export class LineWriter {
  readonly #options: LineWriterOptions
  readonly #mostBytes: number
  readonly #gatherBytes: number
  readonly #timer: NodeJS.Timeout
  #fd: number
  /** What waits: pieces that are full, then the one that is being filled. */
  #full: Buffer[] = []
  #filling: Buffer = NOTHING
  #filled = 0
  #waitingBytes = 0
  /** What is left of the bytes that are being written; they go out before anything that waits. */
  #current: Buffer = NOTHING
  #writing: Promise<void> | undefined
  #lost = 0
  #failing = false
  #closed = false

  /** Opens the destination. @throws Error of the file system. */
  static async open(options: LineWriterOptions): Promise<LineWriter> {
    return new LineWriter(options, await openTarget(options.target))
  }

  private constructor(options: LineWriterOptions, fd: number) {
    this.#options = options
    this.#mostBytes = options.mostBytes ?? 16_777_216
    this.#gatherBytes = Math.min(GATHER_BYTES, this.#mostBytes / 2)
    this.#fd = fd
    this.#timer = setInterval(() => void this.#write(), GATHER_MS)
    this.#timer.unref()
    process.on('exit', this.#flushAtExit)
  }

  /** Queues a line, given without its newline. */
  write(line: string): void {
    // Counted only where it may matter: a character is at most three bytes.
    const most = line.length * 3 + 1
    const isNearlyFull = this.#waitingBytes + this.#current.length + most > this.#mostBytes
    const bytes = isNearlyFull ? Buffer.byteLength(line) + 1 : most
    if (this.#closed || this.#waitingBytes + this.#current.length + bytes > this.#mostBytes) {
      this.#lost += 1
      return
    }
    if (this.#filled + most > this.#filling.length) this.#startPiece(most)
    const start = this.#filled
    this.#filled += this.#filling.write(line, start)
    this.#filling[this.#filled++] = NEWLINE
    this.#waitingBytes += this.#filled - start
    if (this.#waitingBytes >= this.#gatherBytes && !this.#failing) void this.#write()
  }

  /**
   * Writes what waits before it returns, or gives up: at once where the destination fails, after two seconds
   * where its reader is slow. What an earlier, running write has in hand comes out by itself.
   */
  flush(): void {
    if (this.#fd < 0) return
    const inHand = this.#writing === undefined ? this.#current : NOTHING
    let bytes = Buffer.concat([inHand, this.#take()])
    const giveUpAt = performance.now() + PATIENCE_MS
    while (bytes.length > 0) {
      try {
        bytes = bytes.subarray(writeSync(this.#fd, bytes))
        this.#succeeded()
      } catch (error) {
        if (isBusy(error) && performance.now() < giveUpAt) {
          pause()
          continue
        }
        if (!isBusy(error)) this.#failed(error)
        break
      }
    }
    if (this.#writing === undefined) this.#current = bytes
    else if (bytes.length > 0) this.#putBack(bytes)
  }

  /** Opens the file anew, for the moment after a log rotation has moved it. Keeps the old one if that fails. */
  async reopen(): Promise<void> {
    const { target } = this.#options
    if (typeof target !== 'string' || this.#closed) return
    try {
      const fd = await openTarget(target)
      await this.#writing
      const old = this.#fd
      this.#fd = fd
      await closeFile(old)
    } catch (error) {
      this.#failed(error)
    }
  }

  /** Writes what waits, as far as that is possible, and closes the file. Lines that come later are lost. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    clearInterval(this.#timer)
    await this.#writing
    this.flush()
    process.off('exit', this.#flushAtExit)
    if (typeof this.#options.target !== 'string') return
    const fd = this.#fd
    this.#fd = -1
    await syncFile(fd).catch(() => {})
    await closeFile(fd)
  }

  readonly #flushAtExit = (): void => this.flush()

  /** Writes what waits now, and what has become worth a write meanwhile; the next beat sees to the rest. */
  #write(): Promise<void> {
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = undefined
    })
    return this.#writing
  }

  async #drain(): Promise<void> {
    if (this.#current.length === 0) this.#current = this.#take()
    while (this.#current.length > 0) {
      try {
        const { bytesWritten } = await writeFile(this.#fd, this.#current)
        this.#current = this.#current.subarray(bytesWritten)
        this.#succeeded()
        // Not what trickled in during the write: a write for every few lines costs more than the calls do.
        const isWorthIt = this.#waitingBytes >= this.#gatherBytes
        if (this.#current.length === 0 && isWorthIt) this.#current = this.#take()
      } catch (error) {
        if (!isBusy(error)) this.#failed(error)
        if (!isBusy(error) || this.#closed) return
        await setTimeout(BUSY_MS)
      }
    }
  }

  /** Puts away what is filled and begins a piece that has room for so many bytes. */
  #startPiece(room: number): void {
    if (this.#filled > 0) this.#full.push(this.#filling.subarray(0, this.#filled))
    this.#filling = Buffer.allocUnsafe(Math.max(PIECE_BYTES, room))
    this.#filled = 0
  }

  #take(): Buffer {
    if (this.#waitingBytes === 0) return NOTHING
    const last = this.#filling.subarray(0, this.#filled)
    const bytes = this.#full.length === 0 ? last : Buffer.concat([...this.#full, last])
    this.#full = []
    this.#filling = NOTHING
    this.#filled = 0
    this.#waitingBytes = 0
    return bytes
  }

  /** Back in front of the queue. */
  #putBack(bytes: Buffer): void {
    this.#full.unshift(bytes)
    this.#waitingBytes += bytes.length
  }

  #failed(error: unknown): void {
    if (this.#failing) return
    this.#failing = true
    this.#options.onError(error instanceof Error ? error : new Error(String(error)))
  }

  #succeeded(): void {
    if (!this.#failing && this.#lost === 0) return
    this.#failing = false
    this.#options.onRecovered(this.#lost)
    this.#lost = 0
  }
}

const NOTHING: Buffer = Buffer.alloc(0)
const NEWLINE = 0x0a
const openFile = promisify(open)
const closeFile = promisify(close)
const syncFile = promisify(fsync)
const writeFile = promisify(write)

async function openTarget(target: string | 1 | 2): Promise<number> {
  if (typeof target === 'number') return target
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  return openFile(target, 'a', 0o600)
}

/** True for a pipe whose reader is slow: nothing is wrong. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EBUSY')
}

/** Blocks for a moment: for a flush in which nothing else may run. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_MS)
}
