/** Names that clients give themselves: nothing that can't be seen, or that moves what stands around it (N45, N78). */
import fc from 'fast-check'
import t from 'tap'
import { clientName } from '../../../src/oauth/clients/client-name.ts'
import { anyCharacter } from '../../any-character.ts'

t.test('names as people write them', async t => {
  for (const name of [
    'Claude',
    'Visual Studio Code',
    'ChatGPT',
    'Büro & Söhne',
    '会計ソフト',
    'مساعد',
    'A <b>bold</b> "name"',
    'Claude Code (tally)',
    '🤖 Bot',
    'हिन्दी',
  ])
    t.equal(clientName(name), name.normalize('NFC'), name)
  t.equal(clientName('  a\u00a0\u2003 b  '), 'a b', 'spaces of all kinds are one space')
  t.equal(clientName('⚙️ Tool'), '⚙ Tool')
  t.equal(clientName('e\u0301'), 'é')
  const cut = clientName(`${'n'.repeat(70)}`) ?? ''
  t.equal([...cut].length, 64)
  t.match(cut, /…$/)
  t.equal([...(clientName('🤖'.repeat(70)) ?? '')].length, 64, 'characters, not code units')
})

t.test('what is no name', async t => {
  const bad = [
    '',
    '   ',
    'a\nb',
    'a\n',
    '\ta',
    'a\u2028',
    'a\tb',
    'a\u0000b',
    'a\u0007',
    '\u001b[31mred',
    'a\u007f',
    'a\u0085b',
    'a\u2028b',
    'a\u2029b',
    'Claude\u202e',
    '\u2066Claude\u2069',
    '\u200eClaude',
    '\u061cClaude',
    'Cl\u200baude',
    'Cl\u200daude',
    '\ufeffClaude',
    'Cl\u00adaude',
    '\u2060',
    '\u180e',
    '\u3164',
    '\u115f\u1160',
    '\uffa0',
    '\u2800',
    '\u034f',
    'a\ud800',
    '\ue000',
    '\u{e0041}',
    '\ufff9a',
    `Z${'\u0300'.repeat(20)}`,
    'x'.repeat(2_000),
  ]
  for (const [index, name] of bad.entries()) t.equal(clientName(name), undefined, `${index}`)
})

t.test('whatever is taken can be seen, and is short', async t => {
  let taken = 0
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 80 }), text => {
      const name = clientName(text)
      if (name === undefined) return
      taken++
      if (/[\p{C}\p{Zl}\p{Zp}]/u.test(name) || [...name].length > 64 || name.trim() !== name || name === '')
        throw new Error(JSON.stringify(name))
      if (clientName(name) !== name) throw new Error('not the same when read again')
    }),
    { numRuns: 10_000 },
  )
  t.ok(taken > 100, `${taken}`)
})
