import { existsSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'

const ROOT = new URL('../', import.meta.url)
/** Sources in a clone, compiled files in the published package. */
const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js'

/**
 * The bridge and all that it imports, as JavaScript: path in the bundle → text, with the licence that allows to give it
 * away. It is read from the files that this process was started from, so that what is given away is what runs here.
 *
 * @throws Error where it imports a package: a bundle has none
 */
export function bridgeFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  const queue = [new URL(`bridge/bundled-bridge${EXTENSION}`, ROOT)]
  for (let url = queue.pop(); url !== undefined; url = queue.pop()) {
    const path = `server/${url.href.slice(ROOT.href.length).replace(/\.ts$/, '.js')}`
    if (files.has(path)) continue
    const code = javaScript(readFileSync(url, 'utf8'))
    files.set(
      path,
      code.replace(SPECIFIER, (_, before: string, to: string) => before + to.replace(/\.ts$/, '.js')),
    )
    for (const [, , to = ''] of code.matchAll(SPECIFIER)) {
      if (to.startsWith('.')) queue.push(new URL(to, url))
      else if (!to.startsWith('node:'))
        throw new Error(`${fileURLToPath(url)} imports ${to}, which no bundle has`)
    }
  }
  const licence = new URL('../LICENSE', ROOT)
  if (existsSync(licence)) files.set('LICENSE', readFileSync(licence, 'utf8'))
  return files
}

const SPECIFIER = /(^(?:import|export)\b[^'";]*?\bfrom\s*['"]|^import\s*['"]|\bimport\(\s*['"])([^'"]+)/gm

function javaScript(source: string): string {
  if (EXTENSION === '.js') return source.replace(/^\/\/# sourceMappingURL=.*$/gm, '')
  const { emitWarning } = process
  // Node says that this is experimental, which is no news to whoever asked for a bundle.
  process.emitWarning = () => {}
  try {
    return stripTypeScriptTypes(source)
  } finally {
    process.emitWarning = emitWarning
  }
}
