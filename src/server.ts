/** The process: listen, say where, and leave in good order. */
import { type App, type AppOptions, createApp } from './app.ts'
import type { Config } from './config/config.ts'

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
 *
 * @throws PosternError for a configuration or document that can't be served; Error if the port is taken.
 */
export async function startServer(config: Config, options: AppOptions = {}): Promise<RunningServer> {
  const app = await createApp(config, options)
  try {
    const url = await app.listen()
    const tools = app.catalogue.tools.length
    app.log.info({ url, servers: config.servers.map(server => server.path), tools }, 'listening')
    return { app, url, stopped: untilSignal(app) }
  } catch (error) {
    await app.close()
    throw error
  }
}

async function untilSignal(app: App): Promise<void> {
  const signal = await new Promise<NodeJS.Signals>(resolve => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  })
  app.log.info({ signal }, 'draining')
  await app.close()
}
