/** No container engine may be at hand, so the container files are read and checked against the project. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { imageOptions } from '../bench/image-options.ts'
import { loadConfig } from '../src/config/load.ts'

const root = new URL('..', import.meta.url)
const text = (path: string) => readFileSync(new URL(path, root), 'utf8')

interface Service {
  build?: string
  image?: string
  command: string[]
  environment?: Record<string, string>
  ports?: string[]
  depends_on?: Record<string, unknown>
  healthcheck: { test: string[] }
  volumes?: string[]
}
const compose = parse(text('docker-compose.yml')) as {
  services: Record<'gateway' | 'redis' | 'invoicing', Service>
  volumes: Record<string, unknown>
}
const { gateway, redis, invoicing } = compose.services
const dockerfile = text('Dockerfile')

t.test('compose names exactly the three services, each with a health check', async t => {
  t.same(Object.keys(compose.services).sort(), ['gateway', 'invoicing', 'redis'])
  for (const service of Object.values(compose.services)) t.ok(service.healthcheck.test.length > 1)
  t.same(Object.keys(gateway.depends_on ?? {}).sort(), ['invoicing', 'redis'])
})

t.test('the gateway’s configuration loads with the environment that compose gives it', async t => {
  const file = gateway.command[gateway.command.indexOf('--config') + 1] ?? ''
  const env = Object.fromEntries(
    Object.entries(gateway.environment ?? {}).map(([name, value]) => [
      name,
      value.replace(/\$\{\w+:-([^}]*)\}/, '$1'),
    ]),
  )
  const config = loadConfig(new URL(file, root).pathname, { env })
  t.equal(config.listen.host, '0.0.0.0')
  t.equal(config.store.type === 'redis' && config.store.url, 'redis://redis:6379')
  t.equal(config.apis[0]?.upstream, 'http://invoicing:4010')
  t.match(
    gateway.ports,
    [`127.0.0.1:${config.listen.port}:${config.listen.port}`],
    'published on loopback only',
  )
  t.match(gateway.healthcheck.test.join(' '), `127.0.0.1:${config.listen.port}/readyz`)
})

t.test(
  'the sample product is started with options that it has, on the port that the gateway calls',
  async t => {
    const source = text('src/demo/main.ts')
    for (const option of invoicing.command.filter(word => word.startsWith('--'))) {
      t.match(source, new RegExp(`['"]?${option.slice(2)}['"]?:`), option)
    }
    t.match(invoicing.command[1], /^dist\/demo\/main\.js$/)
    const port = invoicing.command[invoicing.command.indexOf('--port') + 1]
    t.equal(gateway.environment?.INVOICING_URL, `http://invoicing:${port}`)
    t.match(invoicing.healthcheck.test.join(' '), `127.0.0.1:${port}/`)
    const token = invoicing.command[invoicing.command.indexOf('--service-token') + 1]
    t.equal(token, gateway.environment?.INVOICING_SERVICE_TOKEN, 'both know the same service token')
  },
)

t.test('Redis keeps what it answered, and every named volume is declared', async t => {
  t.match(redis.command.join(' '), /--appendonly yes --appendfsync always/)
  for (const service of Object.values(compose.services)) {
    for (const volume of service.volumes ?? []) t.ok((volume.split(':')[0] ?? '') in compose.volumes, volume)
  }
})

t.test('the Dockerfile copies what exists, runs without root, on the Node that the project pins', async t => {
  const pinned = (JSON.parse(text('package.json')) as { devDependencies: { node: string } }).devDependencies
    .node
  for (const [, image] of dockerfile.matchAll(/^FROM node:(\S+)/gm))
    t.match(image, new RegExp(`^${pinned.split('.')[0]}-`))
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(match =>
    (match[1] ?? '').split(' '),
  )
  t.ok(copied.length > 5)
  for (const path of copied) t.ok(existsSync(new URL(path, root)), path)
  t.ok(
    dockerfile.lastIndexOf('USER node') > dockerfile.lastIndexOf('RUN '),
    'nothing runs as root at the end',
  )
  t.notMatch(dockerfile, /ENV .*(TOKEN|SECRET|PASSWORD)/, 'no secret is built in')
})

t.test('Node takes the image’s options from the environment, and keeps what lives for a moment small', t => {
  const fill = `
    const kept = Array.from({ length: 500_000 }, (_, i) => ({ text: 'number ' + i }))
    const space = require('node:v8').getHeapSpaceStatistics().find(each => each.space_name === 'new_space')
    console.log(kept.length && space.space_size)
  `
  const sizeWith = (options: string) => {
    const env = { ...process.env, NODE_OPTIONS: options }
    return Number(execFileSync(process.execPath, ['-e', fill], { env, encoding: 'utf8' }))
  }
  const bothHalves = 2 * 8 * 1_048_576
  t.ok(sizeWith(imageOptions().join(' ')) <= bothHalves)
  t.ok(sizeWith('--max-semi-space-size=16') > bothHalves, 'as much was kept as makes it grow')
  t.end()
})
