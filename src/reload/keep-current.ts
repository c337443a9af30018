import { resolve } from 'node:path'
import { type FileRead, NO_FILE, type UrlRead } from '../catalogue/document/document-read.ts'
import { lockFileOf } from '../catalogue/lock/read-lock.ts'
import type { Config } from '../config/config.ts'
import type { ConfigProblem } from '../config/problem.ts'
import { PosternError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { DocumentReads } from './document-reads.ts'
import { type FileSignatures, fileSignatures } from './file-signatures.ts'
import { keyFiles, keySignatures } from './key-signatures.ts'
import { pollDocument } from './poll-document.ts'
import type { ReloadStatus } from './reload-status.ts'
import { FileWatcher, type WatchOptions } from './watch-files.ts'

/** What is kept current: the part of the app that this needs. */
export interface Reloadable {
  readonly config: Config
  readonly reads: DocumentReads
  readonly reloads: ReloadStatus
  readonly log: Log
  reload(config: Config): Promise<void>
}

/** Where the configuration comes from. */
export interface ReloadOptions {
  /** Reads the configuration file again. */
  readonly load: () => Config
  /** Of {@link configurationFiles}, from before the configuration in force was read. */
  readonly seen: FileSignatures
  /** Whether files are watched and addresses polled; without, only who asks gets a reload. */
  readonly watch: boolean
  readonly watching?: WatchOptions
}

/** What serves is kept current until `close`. */
export interface CurrentKeeper {
  /** Reads everything again now, or once the reload that runs has ended. Never rejects: the log tells. */
  reload(): Promise<void>
  close(): void
}

/** The files that make a configuration, besides its documents: itself and its lock file. */
export function configurationFiles(file: string): readonly string[] {
  const absolute = resolve(file)
  return [absolute, lockFileOf({ file: absolute, directory: resolve(absolute, '..') })]
}

/**
 * Reloads when asked, when the configuration, its lock file, a document or what it was read from changes on disk, and
 * when an address holds another document. What comes while a reload waits is covered by it. A configuration or
 * document that can't be served leaves the last good one in force; that is logged once for each reason, and told by
 * {@link ReloadStatus}.
 */
export function keepCurrent(app: Reloadable, options: ReloadOptions): CurrentKeeper {
  const keeper = new Keeper(app, options)
  keeper.observe(new Map([...keySignatures(app.config), ...options.seen]))
  return keeper
}

class Keeper implements CurrentKeeper {
  readonly #app: Reloadable
  readonly #options: ReloadOptions
  readonly #watcher: FileWatcher
  readonly #unaskable = new Map<string, string>()
  #polls: (() => void)[] = []
  #running: Promise<void> = Promise.resolve()
  #waiting: Promise<void> | undefined
  #failures = 0
  #isAsked = false
  #isClosed = false

  constructor(app: Reloadable, options: ReloadOptions) {
    this.#app = app
    this.#options = options
    this.#watcher = new FileWatcher(() => void this.#reload(false), options.watching)
  }

  reload(): Promise<void> {
    return this.#reload(true)
  }

  close(): void {
    this.#isClosed = true
    this.#watcher.close()
    this.#stopPolling()
  }

  /** Looks at all that what serves was read from, from now on. @param seen - before it was read */
  observe(seen: FileSignatures): void {
    if (!this.#options.watch || this.#isClosed) return
    const known = new Map(seen)
    for (const { path, signature } of this.#files()) {
      if (signature !== NO_FILE || !known.has(path)) known.set(path, signature)
    }
    this.#watcher.watch(known)
    this.#poll()
  }

  /** @param isAsked - by somebody who waits for an answer in the log, even if it is the same as before */
  #reload(isAsked: boolean): Promise<void> {
    this.#isAsked ||= isAsked
    this.#waiting ??= this.#running.then(() => {
      this.#waiting = undefined
      this.#running = this.#reloadNow(this.#isAsked)
      this.#isAsked = false
      return this.#running
    })
    return this.#waiting
  }

  async #reloadNow(isAsked: boolean): Promise<void> {
    if (this.#isClosed) return
    // All addresses are about to be asked; polling goes on afterwards.
    this.#stopPolling()
    const { config, log, reloads } = this.#app
    const seen = new Map(await fileSignatures(this.#paths(config)))
    try {
      const next = this.#options.load()
      const named = namedFiles(next).filter(path => !seen.has(path))
      for (const [path, signature] of await fileSignatures(named)) seen.set(path, signature)
      await this.#app.reload(next)
      this.#failures = 0
      this.observe(new Map([...seen].filter(([path]) => this.#paths(next).has(path))))
    } catch (error) {
      if (error instanceof PosternError && error.code === 'shutting_down') return
      this.#failures += 1
      const isNews = reloads.failed(error)
      const level = isNews || isAsked ? 'error' : 'debug'
      log[level]({ err: error, problems: problemsOf(error) }, 'not reloaded; the old configuration stays')
      this.#retry(seen)
    }
  }

  /** What was tried is not tried again before something changes, except that addresses may answer yet. */
  #retry(seen: FileSignatures): void {
    if (!this.#options.watch || this.#isClosed) return
    this.#watcher.watch(seen)
    this.#poll()
  }

  #paths(config: Config): ReadonlySet<string> {
    return new Set([
      ...this.#options.seen.keys(),
      ...namedFiles(config),
      ...this.#files().map(({ path }) => path),
    ])
  }

  #files(): readonly FileRead[] {
    return [...this.#app.reads.values()].flatMap(reads => reads.filter(read => read.kind === 'file'))
  }

  #poll(): void {
    this.#stopPolling()
    for (const { name, refresh } of this.#app.config.apis) {
      const reads = this.#app.reads.get(name)?.filter((read): read is UrlRead => read.kind === 'url') ?? []
      if (reads.length === 0) continue
      this.#polls.push(
        pollDocument({
          reads,
          interval: refresh,
          failures: this.#failures,
          onChanged: () => void this.#reload(false),
          onUnchanged: () => this.#confirm(name),
          onFailure: error => this.#tellUnaskable(name, error),
        }),
      )
    }
  }

  #stopPolling(): void {
    for (const stop of this.#polls.splice(0)) stop()
  }

  /** After a failure, the address that could not be asked then may be another one, which answers by now. */
  #confirm(api: string): void {
    this.#unaskable.delete(api)
    this.#app.reloads.confirmed(api)
    if (this.#failures > 0) void this.#reload(false)
  }

  #tellUnaskable(api: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    if (this.#unaskable.get(api) === message) return
    this.#unaskable.set(api, message)
    this.#app.log.warn({ api, err: error }, 'the document can’t be asked for changes; the one in force stays')
  }
}

/** Documents, overlays and keys that a configuration names, as far as they are files. */
function namedFiles(config: Config): readonly string[] {
  const { apis, directory } = config
  const documents = apis.flatMap(({ openapi, overlays = [] }) => [
    ...(/^https?:\/\//i.test(openapi) ? [] : [openapi]),
    ...overlays,
  ])
  return [...documents.map(path => resolve(directory, path)), ...keyFiles(config)]
}

/** Every mistake of a configuration in one line each; a problem never shows what may be a secret. */
function problemsOf(error: unknown): readonly string[] | undefined {
  const problems = error instanceof PosternError ? error.data?.problems : undefined
  if (!Array.isArray(problems)) return undefined
  return (problems as ConfigProblem[]).map(({ path, line, message, fix }) =>
    [line === undefined ? '' : `line ${line}: `, path === '' ? '' : `${path}: `, message, `; ${fix}`].join(
      '',
    ),
  )
}
