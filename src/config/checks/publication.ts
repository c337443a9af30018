import type { Config } from '../config.ts'
import type { Finding } from '../problem.ts'

/** Servers that are to be told of and are not there. */
export function checkPublication({ publication, servers }: Config): readonly Finding[] {
  if (publication === false) return []
  return (publication.servers ?? []).flatMap((path, index, all) => {
    const place = ['publication', 'servers', index]
    if (all.indexOf(path) < index) return [{ path: place, message: 'it is there twice', fix: 'remove one' }]
    if (servers.some(server => server.path === path)) return []
    const fix = `write one of ${servers.map(server => server.path).join(', ')}`
    return [{ path: place, message: 'no server has this path', fix, concerns: [['servers']] }]
  })
}
