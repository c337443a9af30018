import type { LoadedCatalogue } from '../catalogue/load-catalogue.ts'
import { isHeld } from '../catalogue/lock/hold-riskier.ts'
import type { Config } from '../config/config.ts'
import { configNotes } from '../config/config-notes.ts'
import type { Log } from '../log.ts'

/** Lines about hidden tools; a new document may hide thousands. */
const MOST = 20

/**
 * Tells operators what the configuration says in vain, what it allows that they should know of, and which tools are
 * hidden until somebody approves them.
 */
export function warnOfNotes({ catalogue, baseUrls }: LoadedCatalogue, config: Config, log: Log): void {
  for (const { path, message, fix } of [...catalogue.warnings, ...configNotes(config, baseUrls)]) {
    log.warn({ path, fix }, message)
  }
  const held = catalogue.report.filter(isHeld)
  for (const { api, method, path, reasons } of held.slice(0, MOST)) {
    log.warn({ api, operation: `${method} ${path}`, reasons }, 'a tool is hidden until it is approved')
  }
  if (held.length > MOST) log.warn({ more: held.length - MOST }, 'more tools are hidden until approved')
}
