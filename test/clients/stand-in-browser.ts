import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { Seclusion } from './run-child.ts'

/** What a client has opened. */
export interface Visits {
  /** Addresses, in order. */
  readonly urls: readonly string[]
  /** Resolves once every visit so far has ended; rejects as the first that failed. */
  readonly done: () => Promise<void>
}

/**
 * Puts in place of the browser, in a client's environment, commands that hand the address to this process: `visit` then
 * does what the person would do.
 */
export async function standInBrowser(
  t: Test,
  { directory }: Seclusion,
  visit: (url: string) => Promise<unknown>,
): Promise<Visits> {
  const urls: string[] = []
  const visits: Promise<unknown>[] = []
  const server = createServer((request, response) => {
    let url = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      url += chunk
    })
    request.on('end', () => {
      urls.push(url)
      const visited = visit(url)
      // Whoever asks with `done` is told; until then nobody has to.
      visited.catch(() => {})
      visits.push(visited)
      response.writeHead(204).end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const script = join(directory, 'browser.cjs')
  writeFileSync(
    script,
    `const url = process.argv.slice(2).find(word => /^https?:/.test(word))
fetch('http://127.0.0.1:${port}/', { method: 'POST', body: url })\n`,
  )
  for (const name of ['xdg-open', 'open', 'x-www-browser', 'www-browser']) {
    writeFileSync(join(directory, 'bin', name), `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`, {
      mode: 0o755,
    })
  }
  return {
    urls,
    async done() {
      await Promise.all(visits)
    },
  }
}
