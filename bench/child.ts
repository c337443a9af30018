import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { imageOptions } from './image-options.ts'
import type { ChildMessage, Listening, ParentMessage } from './serve-child.ts'

const START_LIMIT_MS = 60_000
const ANSWER_LIMIT_MS = 10_000
const STDERR_KEPT = 4_000

/** One measured process, as the parent sees it. */
export interface Child extends Listening {
  /** User and system CPU time the process has used since it started, in microseconds. */
  cpuMicros(): Promise<number>
  /** Ends the process and resolves when it is gone. */
  stop(): Promise<void>
}

/**
 * Starts one file of `bench/servers/` as a process of its own, on the Node that runs this: Postern with the options of
 * its image, the others with none.
 *
 * @throws Error with the process's last words if it ends, or does not listen within a minute.
 */
export async function startChild(server: string, args: readonly string[]): Promise<Child> {
  const file = fileURLToPath(new URL(`./servers/${server}.ts`, import.meta.url))
  const execArgv = server === 'postern' ? [...process.execArgv, ...imageOptions()] : process.execArgv
  const subprocess = fork(file, args, { execArgv, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  const lastWords = keepTail(subprocess)
  try {
    const listening = await nextMessage(subprocess, 'listening', START_LIMIT_MS, lastWords)
    return {
      url: listening.url,
      token: listening.token,
      async cpuMicros() {
        const answer = nextMessage(subprocess, 'cpu', ANSWER_LIMIT_MS, lastWords)
        subprocess.send('cpu' satisfies ParentMessage)
        return (await answer).micros
      },
      stop: () => stop(subprocess),
    }
  } catch (error) {
    await stop(subprocess)
    throw error
  }
}

async function nextMessage<T extends ChildMessage['type']>(
  subprocess: ChildProcess,
  type: T,
  limitMs: number,
  lastWords: () => string,
): Promise<Extract<ChildMessage, { type: T }>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(() => reject(new Error(`no "${type}" in ${limitMs} ms`))), limitMs)
    const onMessage = (message: ChildMessage) => {
      if (isOfType(message, type)) settle(() => resolve(message))
    }
    // 'close' and not 'exit': by then all of its standard error has been read.
    const onClose = (code: number | null, signal: string | null) =>
      settle(() => reject(new Error(`it ended (${signal ?? code}): ${lastWords()}`)))
    const onError = (error: Error) => settle(() => reject(error))
    const settle = (finish: () => void) => {
      clearTimeout(timer)
      subprocess.off('message', onMessage).off('close', onClose).off('error', onError)
      finish()
    }
    subprocess.on('message', onMessage).on('close', onClose).on('error', onError)
  })
}

function isOfType<T extends ChildMessage['type']>(
  message: ChildMessage,
  type: T,
): message is Extract<ChildMessage, { type: T }> {
  return message.type === type
}

/** Reads the process's standard error; yields its first line that names an error, or what there is. */
function keepTail(subprocess: ChildProcess): () => string {
  let tail = ''
  subprocess.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-STDERR_KEPT)
  })
  return () => /^\w*Error\b.*$/m.exec(tail)?.[0] ?? (tail.trim() || 'it said nothing')
}

async function stop(subprocess: ChildProcess): Promise<void> {
  if (subprocess.exitCode !== null || subprocess.signalCode !== null) return
  const gone = once(subprocess, 'exit')
  const timer = setTimeout(() => subprocess.kill('SIGKILL'), ANSWER_LIMIT_MS)
  if (subprocess.connected) subprocess.send('stop' satisfies ParentMessage)
  else subprocess.kill()
  await gone
  clearTimeout(timer)
}
