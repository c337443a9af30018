/** How the configuration says where Redis is, and what of it is refused. */
import t, { type Test } from 'tap'
import { parseRedisAddress } from '../../src/config/redis-address.ts'
import { loadText, MINIMAL, problemsOf } from './load-text.ts'

const env = { PASSWORD: 's3cr3t' }

function withStore(store: string): string {
  return `${MINIMAL}\nstore: ${store.replaceAll('$PASSWORD', '$' + '{PASSWORD}')}\n`
}

function refused(t: Test, store: string, path: string, message: RegExp): void {
  const problems = problemsOf(t, withStore(store), env)
  t.equal(problems.length, 1, `${store}: ${JSON.stringify(problems)}`)
  t.match(problems[0], { path, message, fix: /./ }, store)
  t.notMatch(JSON.stringify(problems), 's3cr3t', store)
}

t.test('each way to a Redis', async t => {
  const stores = [
    '{ type: redis, url: "redis://user:$PASSWORD@host:6380/2" }',
    '{ type: redis, url: "unix:///run/redis.sock", password: "$PASSWORD", db: 1 }',
    '{ type: redis, url: "rediss://host", tls: { ca: ./ca.pem, cert: c.pem, key: k.pem, serverName: redis.test } }',
    '{ type: redis, sentinels: [{ host: a }, { host: b, port: 1 }], master: mymaster, tls: {}, replicas: 1 }',
    '{ type: redis, cluster: ["redis://a", "redis://b:7001/0"], username: u, password: "$PASSWORD" }',
    '{ type: redis, cluster: ["redis://u:$PASSWORD@a", "redis://u:$PASSWORD@b"] }',
  ]
  for (const store of stores) t.equal(loadText(t, withStore(store), env).store.type, 'redis', store)
  const { store } = loadText(t, withStore(stores[3] ?? ''), env)
  t.match(store, {
    sentinels: [
      { host: 'a', port: 26_379 },
      { host: 'b', port: 1 },
    ],
    keyPrefix: /:$/,
  })
})

t.test('none, several and halves', async t => {
  refused(t, '{ type: redis }', 'store', /does not say where/)
  refused(t, '{ type: redis, url: "redis://a", cluster: ["redis://b"] }', 'store.cluster', /url and cluster/)
  refused(t, '{ type: redis, sentinels: [{ host: a }] }', 'store.sentinels', /name of the master is missing/)
  refused(t, '{ type: redis, url: "redis://a", master: m }', 'store.master', /nothing without Sentinels/)
  refused(t, '{ type: redis, url: "redis://a", username: u }', 'store.username', /needs password/)
  refused(t, '{ type: redis, url: "rediss://a", tls: { cert: c } }', 'store.tls.cert', /needs key/)
  refused(t, '{ type: redis, url: "rediss://a", tls: { key: k } }', 'store.tls.key', /needs cert/)
  refused(t, '{ type: redis, url: "redis://a", password: "" }', 'store.password', /empty/)
})

t.test('what contradicts itself', async t => {
  refused(t, '{ type: redis, url: "redis://a", tls: {} }', 'store.tls', /without TLS/)
  refused(t, '{ type: redis, url: "redis://a/1", db: 2 }', 'store.db', /another database/)
  refused(
    t,
    '{ type: redis, url: "redis://:$PASSWORD@a", password: x }',
    'store.url',
    /in the URL and beside/,
  )
  refused(t, '{ type: redis, cluster: ["redis://a", "rediss://b"] }', 'store.cluster', /some URLs have TLS/)
  refused(t, '{ type: redis, cluster: ["redis://a/1"] }', 'store.cluster', /only the database 0/)
  refused(t, '{ type: redis, cluster: ["redis://a"], db: 1 }', 'store.db', /only the database 0/)
  refused(t, '{ type: redis, cluster: ["unix:///a"] }', 'store.cluster', /Unix socket/)
  const unlike = '{ type: redis, cluster: ["redis://:$PASSWORD@a", "redis://:other@b"] }'
  refused(t, unlike, 'store.cluster', /different users or passwords/)
})

t.test('URLs that can’t be used, and verification that would be switched off', async t => {
  refused(t, '{ type: redis, url: "http://:$PASSWORD@a" }', 'store.url', /not the URL of a Redis/)
  refused(
    t,
    '{ type: redis, url: "rediss://:$PASSWORD@a?rejectUnauthorized=false" }',
    'store.url',
    /parameters/,
  )
  refused(
    t,
    '{ type: redis, cluster: ["redis://:$PASSWORD@a/x"] }',
    'store.cluster[0]',
    /no number of a database/,
  )
  const tls = '{ type: redis, url: "rediss://a", tls: { rejectUnauthorized: false } }'
  refused(t, tls, 'store.tls.rejectUnauthorized', /not a known key/)
})

t.test('addresses are read to the letter', async t => {
  const read = (url: string) => parseRedisAddress(url)
  t.match(read('redis://host'), { address: { host: 'host', port: 6_379, tls: false, db: undefined } })
  t.match(read('rediss://[::1]:7000/15'), { address: { host: '::1', port: 7_000, tls: true, db: 15 } })
  t.match(read('redis://:p%40%3a%2F@h'), { address: { username: undefined, password: 'p@:/' } })
  t.match(read('unix:///run/a%20b.sock'), { address: { socket: '/run/a b.sock', host: undefined } })
  for (const url of [
    '',
    'host:6379',
    'redis://',
    'redis:///0',
    'redis://h/-1',
    'redis://h/0/1',
    'redis://h#a',
  ]) {
    t.hasProp(read(url), 'mistake', url)
  }
  for (const url of ['redis://user@h', 'redis://:%zz@h', 'unix://h/a', 'unix:///', 'redis://h:99999']) {
    t.hasProp(read(url), 'mistake', url)
  }
})
