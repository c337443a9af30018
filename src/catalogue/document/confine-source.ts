import { realpath } from 'node:fs/promises'
import { dirname, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** Where a referenced file is read from, or why it isn't. */
export type ConfinedSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string }
  | {
      readonly kind: 'refused'
      readonly why: string
      /** Set where nothing but the file itself is missing: it may yet come. */
      readonly missing?: string
    }

/** Says whether the document may refer to a place. Asks the file system only about its own folder. */
export type ConfineSource = (location: URL) => Promise<ConfinedSource>

/**
 * What a document may make the gateway read: files in its own folder and below, hidden ones aside, where no
 * symbolic link leads out of it; addresses of its own origin, where it came from one, and of those that the
 * configuration allows. Whoever wrote the document must not choose what else the gateway reads, or asks.
 *
 * @param root - where the document is, a `file:` or `http(s):` URL
 * @param origins - further origins allowed
 */
export function confineSource(root: URL, origins: readonly string[]): ConfineSource {
  const allowed = new Set(origins.map(origin => new URL(origin).origin))
  if (root.protocol !== 'file:') allowed.add(root.origin)
  return async location => {
    if (location.protocol === 'file:') return confineFile(root, location)
    if (location.protocol !== 'https:' && location.protocol !== 'http:') {
      return refused(`${location.protocol} is no scheme that documents are read from`)
    }
    if (location.username !== '' || location.password !== '') return refused('the address holds a password')
    if (allowed.has(location.origin)) return { kind: 'url', url: location.href }
    return refused(
      `${location.origin} is not an origin that the document may refer to; add it to \`referenceOrigins\` of the API`,
    )
  }
}

async function confineFile(root: URL, location: URL): Promise<ConfinedSource> {
  if (root.protocol !== 'file:') return refused('a document from a URL can’t refer to files')
  if (location.host !== '') return refused('it is on another machine')
  const path = pathOf(location)
  if (path === undefined) return refused('it is no path')
  const folder = dirname(fileURLToPath(root))
  // Before the file system is asked, which would tell what there is elsewhere.
  if (!isWithin(folder, path)) return refused('it is outside of the document’s folder')
  try {
    const [realFolder, real] = await Promise.all([realpath(folder), realpath(path)])
    if (!isWithin(realFolder, real)) return refused('it is outside of the document’s folder')
    if (isHidden(relative(folder, path)) || isHidden(relative(realFolder, real))) {
      return refused('it is a hidden file')
    }
    return { kind: 'file', path: real }
  } catch {
    return { ...refused('there is no such file'), missing: path }
  }
}

function pathOf(location: URL): string | undefined {
  try {
    const path = fileURLToPath(location)
    return path.includes('\0') ? undefined : path
  } catch {
    return undefined
  }
}

function isWithin(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

/** `.env`, `.git/config`; not `..2026_01_01`, where Kubernetes keeps what a mounted file is a link to. */
function isHidden(path: string): boolean {
  return path.split(sep).some(segment => /^\.[^.]/.test(segment))
}

function refused(why: string) {
  return { kind: 'refused', why } as const
}

/** A source of a document, a path or a URL, as a URL. */
export function locationOf(source: string): URL {
  return /^https?:\/\//i.test(source) ? new URL(source) : pathToFileURL(source)
}
