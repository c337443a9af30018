/** A key that is replaced on disk is put in force without being asked for, and one that is no key is not. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createSigningKeys } from '../src/upstream/credentials/signing-keys.ts'
import { keptApp } from './reload/kept-app.ts'
import { prepare } from './serve-child.ts'
import { createPem } from './upstream/credentials/fixtures.ts'

t.setTimeout(60_000)

t.test('the published keys follow the files', async t => {
  const { directory, file, configure } = await prepare(t, 'http://127.0.0.1:9')
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text)
  const kidOf = (pem: string) => createSigningKeys({ keys: [{ value: pem }] }).published.keys[0]?.kid
  const [first, second, third] = [createPem(), createPem(), createPem()]
  write('first.pem', first)
  write('second.pem', second)
  configure({ signing: { keys: [{ file: './first.pem' }, { file: './second.pem' }] } })
  const kept = await keptApp(t, file, { watching: { sweep: 3_600_000 } })
  const published = async () => {
    const answer = await fetch(new URL('/.well-known/jwks.json', kept.url))
    return ((await answer.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid)
  }
  t.strictSame(await published(), [first, second].map(kidOf))
  write('second.pem', third)
  await kept.logged('reloaded')
  t.strictSame(await published(), [first, third].map(kidOf))
  write('second.pem', 'garbage')
  await kept.logged('not reloaded; the old configuration stays')
  t.strictSame(await published(), [first, third].map(kidOf))
  write('second.pem', second)
  await kept.logged('reloaded')
  t.strictSame(await published(), [first, second].map(kidOf))
})
