/** The process: listen, say where, read the configuration again when asked, and leave in good order. */
import { constants } from 'node:os'
import { type App, type AppOptions, createApp } from './app.ts'
import type { Config } from './config/config.ts'
import { PosternError } from './errors.ts'
import { keepCurrent, type ReloadOptions } from './reload/keep-current.ts'

/** What {@link startServer} takes besides the app's options. */
export interface ServerOptions extends AppOptions {
  /** How the configuration is read again; without it, it never is, and SIGHUP ends the process as usual. */
  readonly reload?: ReloadOptions
}

/** A gateway that listens. */
export interface RunningServer {
  readonly app: App
  /** Base URL without path, `http://127.0.0.1:8080`. */
  readonly url: string
  /** Resolves when the server was told to stop and has drained. */
  readonly stopped: Promise<void>
}

/**
 * Starts a gateway and keeps it until SIGTERM or SIGINT: then it stops listening, answers what is running
 * (at most `config.drain` long), writes the audit and resolves `stopped`. A second signal ends it at once.
 * SIGHUP reloads the configuration and opens the audit file anew; a change of what was read reloads too.
 *
 * @throws PosternError for a configuration or document that can't be served, or an address that can't be
 *   listened on.
 */
export async function startServer(config: Config, options: ServerOptions = {}): Promise<RunningServer> {
  const app = await createApp(config, options)
  try {
    const url = await app.listen()
    const tools = app.catalogue.tools.length
    // Before anybody is told: a signal that came ahead of its listener would end the process.
    const stopped = serveUntilSignal(app, options.reload)
    app.log.info({ url, servers: config.servers.map(server => server.path), tools }, 'listening')
    return { app, url, stopped }
  } catch (error) {
    await app.close()
    throw explainListenError(error, config)
  }
}

async function serveUntilSignal(app: App, options: ReloadOptions | undefined): Promise<void> {
  if (options === undefined) return untilSignal(app)
  const keeper = keepCurrent(app, options)
  const onHangup = async () => {
    await app.audit.reopen()
    await keeper.reload()
  }
  process.on('SIGHUP', onHangup)
  try {
    await untilSignal(app, () => keeper.close())
  } finally {
    process.off('SIGHUP', onHangup)
  }
}

/**
 * Ctrl-C reaches a process twice where npm or another Node stands between it and the terminal: all of them get
 * the key press, and the one in front hands it on as well. So soon after the first, a signal is the same one.
 */
const SAME_SIGNAL = 500

/** @param onDrain - called once, when the instance is told to stop */
async function untilSignal(app: App, onDrain: () => void = () => {}): Promise<void> {
  const stop = Promise.withResolvers<void>()
  let first: number | undefined
  const onSignal = (signal: NodeJS.Signals) => {
    const now = performance.now()
    if (first === undefined) {
      first = now
      app.log.info({ signal, within: app.config.drain }, 'draining')
      onDrain()
      stop.resolve(app.close())
    } else if (now - first > SAME_SIGNAL) {
      app.log.warn({ signal }, 'ending at once')
      app.audit.flush()
      process.exit(128 + constants.signals[signal])
    }
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, onSignal)
  try {
    await stop.promise
  } finally {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, onSignal)
  }
}

function explainListenError(error: unknown, { listen }: Config): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const reason = LISTEN_ERRORS[code]
  if (reason === undefined) return error
  const message = `Can’t listen on ${listen.host}, port ${listen.port}: ${reason}.`
  return new PosternError('configuration_invalid', { message, cause: error })
}

const LISTEN_ERRORS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there. Stop it, or choose another port with listen.port or --port',
  EACCES: 'this user may not. Choose a port above 1023 with listen.port or --port',
  EADDRNOTAVAIL: 'this machine has no such address. Correct listen.host',
  ENOTFOUND: 'no address is known for this name. Correct listen.host',
}
