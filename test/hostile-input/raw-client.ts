import { connect, type Socket } from 'node:net'

/** An answer, read from the wire. */
export interface RawAnswer {
  readonly status: number
  readonly headers: string
  readonly body: string
  /** An event stream, which was left as soon as it began. */
  readonly isStream: boolean
}

const PATIENCE_MS = 20_000

/**
 * An HTTP client that sends bytes as they are, well-formed or not, over one connection as long as it lasts. For
 * one request at a time.
 */
export class RawClient {
  readonly #port: number
  #socket: Socket | undefined

  constructor(port: number) {
    this.#port = port
  }

  /**
   * Sends a request and reads the answer; undefined if the server closes the connection without one.
   *
   * @throws Error if nothing comes for 20 seconds.
   */
  send(bytes: Buffer, method = 'POST'): Promise<RawAnswer | undefined> {
    const socket = this.#open()
    return new Promise((resolve, reject) => {
      let received: Buffer = Buffer.alloc(0)
      const timer = setTimeout(() => end(() => reject(new Error('no answer')), true), PATIENCE_MS)
      const end = (settle: () => void, close: boolean) => {
        clearTimeout(timer)
        socket.removeListener('data', onData).removeListener('close', onClose)
        if (close) this.close()
        settle()
      }
      const onData = (chunk: Buffer) => {
        received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
        const read = readAnswer(received, method)
        if (read === undefined) return
        const isOver =
          read.rest > 0 || read.answer.isStream || /^connection: close/im.test(read.answer.headers)
        end(() => resolve(read.answer), isOver)
      }
      const onClose = () => end(() => resolve(undefined), true)
      socket.on('data', onData).on('close', onClose)
      socket.write(bytes)
    })
  }

  /** Sends a part of a request and hangs up. */
  async abandon(bytes: Buffer): Promise<void> {
    const socket = this.#open()
    await new Promise<void>(resolve => socket.write(bytes, () => resolve()))
    this.close()
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = undefined
  }

  #open(): Socket {
    if (this.#socket?.destroyed === false && this.#socket.writable) return this.#socket
    this.#socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true })
    // What broke shows in the answer that does not come.
    this.#socket.on('error', () => {})
    return this.#socket
  }
}

function readAnswer(bytes: Buffer, method: string): { answer: RawAnswer; rest: number } | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const head = bytes.toString('latin1', 0, end)
  const status = Number(head.slice(9, 12))
  const start = end + 4
  if (status < 200) return readAnswer(bytes.subarray(start), method)
  const answer = {
    status,
    headers: head,
    body: '',
    isStream: /^content-type: text\/event-stream/im.test(head),
  }
  if (answer.isStream) return { answer, rest: 0 }
  if (method === 'HEAD' || status === 204 || status === 304) return { answer, rest: bytes.length - start }
  if (/^transfer-encoding: chunked/im.test(head)) return readChunks(bytes, start, answer)
  const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)
  if (bytes.length < start + length) return undefined
  const body = bytes.toString('utf8', start, start + length)
  return { answer: { ...answer, body }, rest: bytes.length - start - length }
}

function readChunks(
  bytes: Buffer,
  start: number,
  answer: RawAnswer,
): { answer: RawAnswer; rest: number } | undefined {
  const chunks: Buffer[] = []
  for (let position = start; ; ) {
    const line = bytes.indexOf('\r\n', position)
    if (line === -1) return undefined
    const size = Number.parseInt(bytes.toString('latin1', position, line), 16)
    const next = line + 2 + size + 2
    if (bytes.length < next) return undefined
    if (size === 0)
      return {
        answer: { ...answer, body: Buffer.concat(chunks).toString('utf8') },
        rest: bytes.length - next,
      }
    chunks.push(bytes.subarray(line + 2, line + 2 + size))
    position = next
  }
}
