import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import { type FileSignatures, fileSignatures } from './file-signatures.ts'

/** How long files must stay as they are before they count as written, in milliseconds. */
const SETTLE = 100
/** How often files are looked at where nothing says that they changed, and more seldom where there are thousands. */
const SWEEP = 5_000
const SWEEP_PER_FILE = 5

/** Bounds that tests change. */
export interface WatchOptions {
  readonly sweep?: number
  /** Whether the system is asked to tell of changes; without, files are looked at every `sweep` milliseconds. */
  readonly notify?: boolean
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
  #known: FileSignatures = new Map()
  #names: ReadonlySet<string> = new Set()
  #folders: FSWatcher[] = []
  #timer: NodeJS.Timeout | undefined
  #isLooking = false
  #isClosed = false
  /** What the last look found that was not known; the next one tells whether it has settled. */
  #unsettled: FileSignatures | undefined

  constructor(onChanged: () => void, { sweep = SWEEP, notify = true }: WatchOptions = {}) {
    this.#onChanged = onChanged
    this.#sweep = sweep
    this.#notify = notify
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
    for (const folder of new Set([...this.#known.keys()].map(path => dirname(path)))) {
      try {
        const watcher = watch(folder, { persistent: false }, (_event, name) => this.#hint(name))
        watcher.on('error', () => watcher.close())
        this.#folders.push(watcher)
      } catch {
        // No such folder, or no more watches to be had: the sweep sees to it.
      }
    }
  }

  #closeFolders(): void {
    for (const folder of this.#folders.splice(0)) folder.close()
  }

  /** The store and the audit are often in the same folder, and written all the time. */
  #hint(name: string | null): void {
    if (name === null || this.#names.has(name) || name.startsWith('..')) this.#lookSoon()
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
