import { strToU8, type Zippable, zipSync } from 'fflate'
import type { BundledConnection } from '../bridge/bundled-connection.ts'
import type { Bundle } from './bundle.ts'
import { bundleManifest, variableOf } from './manifest.ts'

/**
 * Makes a bundle: a ZIP archive that Claude Desktop installs with a double click. Pure; the same input gives the same
 * bytes.
 *
 * @param bridge - what `bridgeFiles` gives
 */
export function makeBundle(bundle: Bundle, bridge: ReadonlyMap<string, string>): Uint8Array {
  const files = new Map<string, Uint8Array>([
    ['manifest.json', json(bundleManifest(bundle))],
    ['package.json', json({ type: 'module', private: true })],
    ['server/connection.json', json(connectionOf(bundle))],
    ...[...bridge].map(([path, code]): [string, Uint8Array] => [path, strToU8(code)]),
  ])
  if (bundle.icon !== undefined) files.set('icon.png', bundle.icon)
  const archive: Zippable = Object.fromEntries([...files].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  // ZIP keeps local times, and none before 1980; no clock was ever put forward at noon.
  return zipSync(archive, { mtime: new Date(1980, 0, 1, 12), os: UNIX, attrs: READABLE, level: 9 })
}

const UNIX = 3
/** `rw-r--r--` of a regular file. */
const READABLE = (0o100644 << 16) >>> 0

function connectionOf({ title, url, fields }: Bundle): BundledConnection {
  return {
    title,
    url: url.href,
    headers: fields.map(field => ({
      name: field.header,
      scheme: field.scheme,
      variable: variableOf(field),
      label: field.label,
    })),
  }
}

function json(value: unknown): Uint8Array {
  return strToU8(`${JSON.stringify(value, null, 2)}\n`)
}
