/** `/sse` is guessed by every scanner: it must not say where the servers are that a configuration keeps from strangers. */
import t from 'tap'
import type { Config } from '../src/config/config.ts'
import { askRaw } from './ask-raw.ts'
import { build } from './build.ts'

const SECRET = '/k7-internal'

const withPaths = (config: Config, ...paths: readonly string[]): Config => ({
  ...config,
  servers: paths.flatMap(path => config.servers.slice(0, 1).map(server => ({ ...server, path }))),
})

const LOOKED_FOR = ['/sse', '/message', '/messages', `${SECRET}/sse`]

t.test('nothing where strangers are told nothing', async t => {
  const { origin } = await build(t, config => ({ ...withPaths(config, SECRET), publication: false }))
  for (const path of LOOKED_FOR) {
    const { status, body } = await askRaw(origin, 'GET', path)
    t.equal(status, 404, path)
    t.notMatch(body, 'k7')
  }
})

t.test('nothing of what a reload keeps from strangers, and what it shows', async t => {
  const { app, origin } = await build(t, config => withPaths(config, '/mcp', SECRET))
  const ask = (path: string) => askRaw(origin, 'GET', path)
  t.match((await ask('/sse')).body, SECRET)
  const publication = app.config.publication as Exclude<Config['publication'], false>
  await app.reload({ ...app.config, publication: { ...publication, servers: ['/mcp'] } })
  const { status, body } = await ask('/sse')
  t.equal(status, 410)
  t.match(body, '/mcp:')
  t.notMatch(body, 'k7')
  t.equal((await ask(`${SECRET}/sse`)).status, 404)
  await app.reload({ ...app.config, publication: false })
  for (const path of LOOKED_FOR) t.equal((await ask(path)).status, 404, path)
  await app.reload({ ...app.config, publication })
  t.match((await ask('/sse')).body, SECRET)
})
