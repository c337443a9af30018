import { assemble, type Lasting } from '../assemble.ts'
import { type LoadedCatalogue, loadCatalogue } from '../catalogue/load-catalogue.ts'
import { runInSlices, type Sliced } from '../catalogue/run-in-slices.ts'
import type { Catalogue } from '../catalogue/tool.ts'
import type { Config } from '../config/config.ts'
import { refuseRestartOnly } from '../config/refuse-restart-only.ts'
import type { CurrentRooms } from '../current-rooms.ts'
import { PosternError } from '../errors.ts'
import type { ToolsChanged } from '../mcp/tools-changed.ts'
import { logDifference } from './log-difference.ts'
import { warnOfNotes } from './warn-of-notes.ts'

/** What a new configuration is put into. */
export interface Stage {
  readonly rooms: CurrentRooms
  readonly lasting: Lasting
  readonly toolsChanged: ToolsChanged
  readonly isClosing: () => boolean
  /** Called the moment it is in force, before its tools are compared with those before. */
  readonly onSwapped: (loaded: LoadedCatalogue) => void
}

/**
 * Puts a configuration in force, with its documents read anew. All of it is made aside while the old one serves,
 * what the first list needs included, so that the swap itself takes no time; then listeners are told, and the log.
 *
 * @throws PosternError where it can't be served, or the instance shuts down; then nothing has changed
 */
export async function takeOver(next: Config, stage: Stage): Promise<void> {
  const { rooms, lasting, toolsChanged } = stage
  const { log } = lasting
  if (stage.isClosing()) throw new PosternError('shutting_down')
  refuseRestartOnly(rooms.current.config, next)
  const loaded = await loadCatalogue(next, { inBackground: true })
  const nextRooms = assemble(next, loaded, lasting)
  await runInSlices(defineTools(loaded.catalogue))
  if (stage.isClosing()) throw new PosternError('shutting_down')
  const before = rooms.current
  if (next.log.level !== before.config.log.level) log.level = next.log.level
  rooms.replace(nextRooms)
  toolsChanged.notify()
  stage.onSwapped(loaded)
  warnOfNotes(loaded, next, log)
  try {
    await logDifference(before.catalogue, loaded.catalogue, log)
  } catch (error) {
    log.warn({ err: error }, 'reloaded; the difference can’t be told')
  }
}

/** Whoever listens asks for the list at once, and the comparison needs it too. */
function* defineTools({ tools }: Catalogue): Sliced<void> {
  for (const tool of tools) {
    void tool.definition
    yield
  }
}
