import { readFileSync } from 'node:fs'

/**
 * The options that the image gives Node (`NODE_OPTIONS` in the Dockerfile), so that what is measured is what runs there.
 *
 * @throws Error if the Dockerfile sets none
 */
export function imageOptions(): readonly string[] {
  const dockerfile = readFileSync(new URL('../Dockerfile', import.meta.url), 'utf8')
  const [, options] = /^ENV .*\bNODE_OPTIONS=(\S+)/m.exec(dockerfile) ?? []
  if (options === undefined) throw new Error('the Dockerfile sets no NODE_OPTIONS')
  return [options]
}
