/**
 * Loaded first in every process that runs a test file (`node-arg` in `.taprc`). For coverage, which is off, tap has each
 * of them, and each Node that these start, write down every file that it loads and read source maps, of which there are
 * none: loading takes twice as long. Here Node loads nothing in place of what does that, and nobody inherits it.
 */
import { registerHooks } from 'node:module'

const TRACKER = '/@tapjs/processinfo/dist/esm/import.mjs'

const hooks = registerHooks({
  load(url, context, nextLoad) {
    if (!url.endsWith(TRACKER)) return nextLoad(url, context)
    hooks.deregister()
    return { format: 'module', source: '', shortCircuit: true }
  },
})
process.setSourceMapsEnabled(false)
const { NODE_OPTIONS } = process.env
if (NODE_OPTIONS !== undefined) {
  const others = NODE_OPTIONS.split(' ').filter(option => !option.includes(TRACKER))
  if (others.length > 0) process.env.NODE_OPTIONS = others.join(' ')
  else delete process.env.NODE_OPTIONS
}
