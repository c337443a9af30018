import t from 'tap'
import { CREDENTIAL_ID, isMintedId } from '../../src/admin/minted-id.ts'

t.test('ids of tokens that Postern minted, for people and for OAuth clients', async t => {
  for (const id of ['tok_a', 'oat_a']) t.equal(isMintedId(id), true, id)
  for (const id of ['gra_a', 'crd_a', 'jti_tok_a', 'jwt_a', 'Tok_a', 'toka', ' tok_a', '']) {
    t.equal(isMintedId(id), false, id)
  }
})

t.test('what is no id of a credential is none, most of all a credential', async t => {
  for (const id of [
    'tok_a',
    'oat_A-_9',
    'gra_a',
    'crd_a',
    'jwt_a',
    'jti_any thing\n☃',
    `oat_${'x'.repeat(64)}`,
  ]) {
    t.match(id, CREDENTIAL_ID)
  }
  for (const id of [
    'acme_oat_a',
    'ort_a',
    'oac_a',
    'oat_',
    'gra_a b',
    `oat_${'x'.repeat(65)}`,
    'oat_a\n',
    'eyJ.a.b',
  ]) {
    t.notMatch(id, CREDENTIAL_ID)
  }
})
