#!/usr/bin/env node
// Starts the command line: compiled from the published package, from source in a clone. Plain JavaScript
// that an old Node can parse, so that it can say what is missing or hand over to the Node that the clone
// brings along.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const here = path => fileURLToPath(new URL(path, import.meta.url))
const compiled = here('../dist/cli/main.js')
const source = here('../src/cli/main.ts')
const bundledNode = here('../node_modules/node/bin/node')

if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(new URL(existsSync(source) ? '../src/cli/main.ts' : '../dist/cli/main.js', import.meta.url))
} else if (existsSync(bundledNode)) {
  const args = [here('./postern.js'), ...process.argv.slice(2)]
  const child = spawn(bundledNode, args, { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0)
  })
} else {
  console.error(`postern needs Node 24 or newer; this is Node ${process.versions.node}. (${compiled})`)
  process.exitCode = 1
}
