import t from 'tap'
import { decodeQueryName, foldQueryName } from '../../src/upstream/query-name.ts'

t.test('every spelling that some backend reads as one name folds to one', async t => {
  const spellings = [
    'org_id',
    'ORG_ID',
    'org_id[]',
    'org.id',
    'org id',
    'org+id',
    'org%5Fid',
    'org%255fid',
    'ｏｒｇ＿ｉｄ',
  ]
  for (const name of spellings) t.equal(foldQueryName(name), 'orgid', name)
  t.not(foldQueryName('organ_id'), 'orgid')
})

t.test('a name is decoded as often as it was encoded, within reason', async t => {
  t.equal(decodeQueryName('%255Fmethod'), '_method')
  t.equal(decodeQueryName('a%'), 'a%')
  t.equal(decodeQueryName('%zz+b'), '%zz b')
})
