import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Config } from '../../src/config/config.ts'
import { loadConfig } from '../../src/config/load.ts'
import { PosternError } from '../../src/errors.ts'
import { MINIMAL } from './load-text.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

/** Loads a prompt of these messages from a directory with files. */
function load(t: Test, files: NonNullable<Parameters<Test['testdir']>[0]>, messages: string): Config {
  const directory = t.testdir(files)
  const file = join(directory, 'postern.yaml')
  const text = messages.replaceAll('DIRECTORY', directory)
  writeFileSync(file, `${MINIMAL}prompts: [{ name: a, messages: [${text}] }]\n`)
  return loadConfig(file, { env: {} })
}

t.test('files become the bytes of messages, relative to the configuration or not', async t => {
  const { prompts } = load(
    t,
    { 'pixel.PNG': 'bytes', 'note.bin': 'sound' },
    '{ image: ./pixel.PNG }, { audio: { file: DIRECTORY/note.bin, mimeType: audio/wav } }, { image: { data: aGk=, mimeType: image/gif } }, { text: x }',
  )
  t.match(prompts[0]?.messages, [
    { type: 'image', mimeType: 'image/png', data: base64('bytes') },
    { type: 'audio', mimeType: 'audio/wav', data: base64('sound') },
    { type: 'image', mimeType: 'image/gif', data: 'aGk=' },
    { type: 'text', text: 'x' },
  ])
})

t.test('what can’t be sent is said where it stands, all of it at once', async t => {
  const large = '.'.repeat(5 * 1_048_576 + 1)
  const files = { 'a.png': '', 'folder.png': {}, 'notes.txt': 'x', 'large.png': large }
  const messages =
    '{ image: none.png }, { image: folder.png }, { image: large.png }, { audio: a.png }, { image: notes.txt }'
  try {
    load(t, files, messages)
    t.fail('it loaded')
  } catch (error) {
    if (!(error instanceof PosternError)) throw error
    t.match(error.data?.problems, [
      { path: 'prompts[0].messages[0].image', message: /can’t be read \(ENOENT\)/, fix: /path/ },
      { path: 'prompts[0].messages[1].image', message: /can’t be read \(EISDIR\)/ },
      { path: 'prompts[0].messages[2].image', message: /larger than 5 MiB/, fix: /smaller/ },
      { path: 'prompts[0].messages[3].audio', message: /media type.*no audio/, fix: /audio\/wav/ },
      { path: 'prompts[0].messages[4].image', message: /media type.*no image/, fix: /image\/png/ },
    ])
  }
})
