import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import { type FileSignatures, fileSignatures } from './file-signatures.ts'

/** How long files must stay as they are before they count as written, in milliseconds. */
const SETTLE = 100
/** How often files are looked at where nothing says that they changed, and more seldom where there are thousands. */
const SWEEP = 5_000
const SWEEP_PER_FILE = 5
/** Changes of other files after which a folder is not asked about any more, but its files one by one. */
const NOISY = 1_000

/** Bounds that tests change. */
export interface WatchOptions {
  readonly sweep?: number
  /** Whether the system is asked to tell of changes; without, files are looked at every `sweep` milliseconds. */
  readonly notify?: boolean
  readonly noisy?: number
}

/**
 * Watches files and says when they are others than before, once they have settled. Their folders are what the
 * system is asked about, since editors put a new file in the place of the old one and Kubernetes swaps the link
 * `..data`; that is only a hint to look sooner, for it says nothing on network drives and where a link on the way
 * is swapped. Keeps no process alive.
 */
export class FileWatcher {
  readonly #onChanged: () => void
  readonly #sweep: number
  readonly #notify: boolean
  readonly #noisy: number
  #known: FileSignatures = new Map()
  #names: ReadonlySet<string> = new Set()
  readonly #watchers = new Set<FSWatcher>()
  #timer: NodeJS.Timeout | undefined
  #isLooking = false
  #isClosed = false
  /** What the last look found that was not known; the next one tells whether it has settled. */
  #unsettled: FileSignatures | undefined

  constructor(onChanged: () => void, { sweep = SWEEP, notify = true, noisy = NOISY }: WatchOptions = {}) {
    this.#onChanged = onChanged
    this.#sweep = sweep
    this.#notify = notify
    this.#noisy = noisy
  }

  /** Watches these files from now on, instead of those before; any other content than this is a change. */
  watch(known: FileSignatures): void {
    if (this.#isClosed) return
    this.#known = known
    this.#unsettled = undefined
    this.#names = new Set([...known.keys()].map(path => basename(path)))
    this.#openFolders()
    // What changed between reading and watching was told to nobody.
    this.#lookIn(SETTLE)
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#closeFolders()
  }

  /** Anew each time: a folder of the same name may be another one by now. */
  #openFolders(): void {
    this.#closeFolders()
    if (!this.#notify) return
    for (const folder of new Set([...this.#known.keys()].map(path => dirname(path)))) this.#openFolder(folder)
  }

  /**
   * The store and the audit are often in the same folder and written with every call, which must not pay for that.
   * A watch on a file alone ends when the file is replaced, but that it tells, and all are opened anew.
   */
  #openFolder(folder: string): void {
    let others = 0
    const watcher = this.#open(folder, name => {
      if (name === null || this.#names.has(name) || name.startsWith('..')) return this.#lookSoon()
      others += 1
      if (others !== this.#noisy || watcher === undefined) return
      this.#close(watcher)
      for (const path of this.#known.keys()) {
        if (dirname(path) === folder) this.#open(path, () => this.#lookSoon())
      }
    })
  }

  #open(path: string, onHint: (name: string | null) => void): FSWatcher | undefined {
    try {
      const watcher = watch(path, { persistent: false }, (_event, name) => onHint(name))
      watcher.on('error', () => this.#close(watcher))
      this.#watchers.add(watcher)
      return watcher
    } catch {
      // Nothing is there, or no more watches are to be had: the sweep sees to it.
      return undefined
    }
  }

  #close(watcher: FSWatcher): void {
    this.#watchers.delete(watcher)
    watcher.close()
  }

  #closeFolders(): void {
    for (const watcher of this.#watchers) this.#close(watcher)
  }

  #lookSoon(): void {
    if (this.#isLooking || this.#unsettled !== undefined) return
    this.#lookIn(SETTLE)
  }

  #lookIn(delay: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#look(), delay)
    this.#timer.unref()
  }

  async #look(): Promise<void> {
    const known = this.#known
    this.#isLooking = true
    const now = await fileSignatures(known.keys())
    this.#isLooking = false
    if (this.#isClosed || known !== this.#known) return
    if (areSame(now, known)) {
      this.#unsettled = undefined
      this.#lookIn(Math.max(this.#sweep, known.size * SWEEP_PER_FILE))
    } else if (this.#unsettled === undefined || !areSame(now, this.#unsettled)) {
      this.#unsettled = now
      this.#lookIn(SETTLE)
    } else {
      // Whoever is told says what is known now; should nobody, the same change is not told again.
      this.#known = now
      this.#unsettled = undefined
      this.#lookIn(this.#sweep)
      this.#onChanged()
    }
  }
}

function areSame(now: FileSignatures, before: FileSignatures): boolean {
  for (const [path, signature] of now) if (before.get(path) !== signature) return false
  return true
}
