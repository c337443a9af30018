/**
 * The child's half of a measured process. It reports where it listens, answers questions about its own CPU
 * time, and ends when the parent says so or is gone.
 */

/** What a server tells the parent once it listens. */
export interface Listening {
  /** Base URL without trailing slash. */
  readonly url: string
  /** A bearer token that the server takes; undefined where it asks for none. */
  readonly token?: string
}

/** Parent → child. */
export type ParentMessage = 'cpu' | 'stop'

/** Child → parent. */
export type ChildMessage =
  | ({ readonly type: 'listening' } & Listening)
  /** User and system CPU time of the whole process so far, in microseconds. */
  | { readonly type: 'cpu'; readonly micros: number }

/**
 * Starts a server in this child process and serves the parent's questions.
 *
 * @param start Starts the server with the arguments the parent gave. A rejection ends the process with 1 and
 * the error on standard error, where the parent reads it.
 */
export async function serveChild(start: (...args: string[]) => Promise<Listening>): Promise<void> {
  process.on('disconnect', () => process.exit(0))
  process.on('message', (message: ParentMessage) => {
    if (message === 'stop') process.exit(0)
    const { user, system } = process.cpuUsage()
    tell({ type: 'cpu', micros: user + system })
  })
  tell({ type: 'listening', ...(await start(...process.argv.slice(2))) })
}

function tell(message: ChildMessage): void {
  process.send?.(message)
}
