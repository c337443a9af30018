/**
 * Appends lines to a file or descriptor without ever making the caller wait, fail or grow without bound.
 *
 * Written here and not taken from the log's library because of what must hold when the destination fails: a full
 * disk may not stall the process at exit (a synchronous flush that retries until it succeeds would), a closed
 * pipe may not silence the writer for good, and lines that pile up may not exhaust the memory.
 */
import { close, fsync, open, write, writeSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { LineQueue } from './line-queue.ts'

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
  /** What is done to lines at the moment they are written. */
  readonly tie?: LineTie | undefined
}

/** See `chain.ts`. */
export interface LineTie {
  tie(lines: Buffer, fd: number, lost: number): Buffer
  undo(tied: Buffer, written: number): Buffer
  fork(): void
}

/** Lines are gathered until there are so many bytes, or for so many milliseconds. */
const GATHER_BYTES = 65_536
const GATHER_MS = 1_000
/** Pause before a slow reader is tried again. */
const BUSY_MS = 20
/** How long {@link LineWriter.flush} waits for a slow reader, in all. */
const PATIENCE_MS = 2_000

/** Bytes on their way out. */
interface Batch {
  readonly bytes: Buffer
  written: number
}

/** See the file's head. */
export class LineWriter {
  readonly #options: LineWriterOptions
  readonly #mostBytes: number
  readonly #gatherBytes: number
  readonly #timer: NodeJS.Timeout
  readonly #queue = new LineQueue()
  #fd: number
  /** What is being written; it goes out before anything that waits. */
  #inHand: Batch | undefined
  #writing: Promise<void> | undefined
  /** Lines lost since it worked last, and in all. */
  #lost = 0
  #lostInAll = 0
  #failing = false
  #closed = false

  /** Opens the destination. @throws Error of the file system. */
  static async open(options: LineWriterOptions): Promise<LineWriter> {
    return new LineWriter(options, await openTarget(options))
  }

  private constructor(options: LineWriterOptions, fd: number) {
    this.#options = options
    this.#mostBytes = options.mostBytes ?? 16_777_216
    this.#gatherBytes = Math.min(GATHER_BYTES, this.#mostBytes / 2)
    this.#fd = fd
    this.#timer = setInterval(() => void this.#write(), GATHER_MS)
    this.#timer.unref()
    process.on('exit', this.#flushAtExit)
    process.on(FILE_TOO_LARGE, this.#onFileTooLarge)
  }

  /** Whether lines are written, and what runs may still bring its own: a quarter of the room is kept for that. */
  get isTaking(): boolean {
    return !this.#failing && !this.#closed && this.#waitingBytes() < this.#mostBytes * 0.75
  }

  /** Queues a line, given without its newline. */
  write(line: string): void {
    // Counted only where it may matter: a character is at most three bytes.
    const most = line.length * 3 + 1
    const isNearlyFull = this.#waitingBytes() + most > this.#mostBytes
    const bytes = isNearlyFull ? Buffer.byteLength(line) + 1 : most
    if (this.#closed || this.#waitingBytes() + bytes > this.#mostBytes) {
      this.#lost += 1
      this.#lostInAll += 1
      return
    }
    this.#queue.add(line)
    if (this.#queue.bytes >= this.#gatherBytes && !this.#failing) void this.#write()
  }

  /**
   * Writes what waits before it returns, or gives up: at once where the destination fails, after two seconds
   * where its reader is slow. What an earlier, running write has in hand comes out by itself.
   */
  flush(): void {
    if (this.#fd < 0) return
    const giveUpAt = performance.now() + PATIENCE_MS
    const isAlone = this.#writing === undefined
    if (!isAlone) this.#options.tie?.fork()
    try {
      let batch = (isAlone ? this.#inHand : undefined) ?? this.#next()
      while (batch !== undefined && this.#writeNow(batch, giveUpAt)) batch = this.#next()
    } catch (error) {
      this.#failed(error)
    }
    if (isAlone) this.#inHand = undefined
  }

  /** Opens the file anew, for the moment after a log rotation has moved it. Keeps the old one if that fails. */
  async reopen(): Promise<void> {
    const { target } = this.#options
    if (typeof target !== 'string' || this.#closed) return
    try {
      const fd = await openTarget(this.#options)
      // What waits was there before the rotation was told of; what is in hand must not be cut in two.
      await this.#writing
      const old = this.#fd
      this.#fd = fd
      await closeFile(old)
    } catch (error) {
      // Not a failure to write: the old file takes the lines.
      this.#options.onError(asError(error))
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
    process.off(FILE_TOO_LARGE, this.#onFileTooLarge)
    if (typeof this.#options.target !== 'string') return
    const fd = this.#fd
    this.#fd = -1
    await syncFile(fd).catch(() => {})
    await closeFile(fd)
  }

  readonly #flushAtExit = (): void => this.flush()
  /** At a limit of the system, the write that follows fails with EFBIG; without a listener, the process would end. */
  readonly #onFileTooLarge = (): void => {}

  /** A method, as every line asks: V8 asks its runtime for each use of a private accessor. */
  #waitingBytes(): number {
    return this.#queue.bytes + (this.#inHand === undefined ? 0 : this.#inHand.bytes.length)
  }

  /** Writes what waits now, and what has become worth a write meanwhile; the next beat sees to the rest. */
  #write(): Promise<void> {
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = undefined
    })
    return this.#writing
  }

  async #drain(): Promise<void> {
    try {
      this.#inHand ??= this.#next()
      while (this.#inHand !== undefined) {
        const isOut = await this.#writeSome(this.#inHand)
        if (!isOut) continue
        // Not what trickled in during the write: a write for every few lines costs more than the calls do.
        this.#inHand = this.#queue.bytes >= this.#gatherBytes ? this.#next() : undefined
      }
    } catch (error) {
      if (this.#inHand !== undefined) this.#keep(this.#inHand)
      this.#inHand = undefined
      if (!isBusy(error)) this.#failed(error)
    }
  }

  /** Resolves to true once the batch is out. @throws what keeps it from being written for now */
  async #writeSome(batch: Batch): Promise<boolean> {
    try {
      const { bytesWritten } = await writeFile(this.#fd, batch.bytes, batch.written)
      batch.written += bytesWritten
      this.#succeeded()
      return batch.written === batch.bytes.length
    } catch (error) {
      if (!isBusy(error) || this.#closed) throw error
      await setTimeout(BUSY_MS)
      return false
    }
  }

  /** The same without letting anything else run; returns false where it gave up and kept the rest. */
  #writeNow(batch: Batch, giveUpAt: number): boolean {
    while (batch.written < batch.bytes.length) {
      try {
        batch.written += writeSync(this.#fd, batch.bytes, batch.written)
        this.#succeeded()
      } catch (error) {
        if (isBusy(error) && performance.now() < giveUpAt) {
          pause()
          continue
        }
        this.#keep(batch)
        if (!isBusy(error)) this.#failed(error)
        return false
      }
    }
    return true
  }

  /** Everything that waits, ready to be written. @throws Error of the file system; the lines wait on then */
  #next(): Batch | undefined {
    const lines = this.#queue.take()
    if (lines.length === 0) return undefined
    const { tie } = this.#options
    if (tie === undefined) return { bytes: lines, written: 0 }
    try {
      return { bytes: tie.tie(lines, this.#fd, this.#lostInAll), written: 0 }
    } catch (error) {
      this.#queue.putBack(lines)
      throw error
    }
  }

  /** What could not be written waits again, in front. */
  #keep({ bytes, written }: Batch): void {
    this.#queue.putBack(this.#options.tie?.undo(bytes, written) ?? bytes.subarray(written))
  }

  #failed(error: unknown): void {
    if (this.#failing) return
    this.#failing = true
    this.#options.onError(asError(error))
  }

  #succeeded(): void {
    if (!this.#failing && this.#lost === 0) return
    this.#failing = false
    this.#options.onRecovered(this.#lost)
    this.#lost = 0
  }
}

const NEW_FILE_MODE = 0o600
const FILE_TOO_LARGE = 'SIGXFSZ'
const openFile = promisify(open)
const closeFile = promisify(close)
const syncFile = promisify(fsync)
const writeFile = promisify(write)

async function openTarget({ target, tie }: LineWriterOptions): Promise<number> {
  if (typeof target === 'number') return target
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  return openFile(target, tie !== undefined && (await isFile(target)) ? 'a+' : 'a', NEW_FILE_MODE)
}

/** Whether it is a file or will be one: a pipe that was opened for reading too would never tell that its reader left. */
async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch {
    return true
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

/** True for a pipe whose reader is slow: nothing is wrong. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EBUSY')
}

/** Blocks for a moment: for a flush in which nothing else may run. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_MS)
}
