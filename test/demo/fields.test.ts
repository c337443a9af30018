import t from 'tap'
import { address, currency, date, email, idOf, text, vatNumber } from '../../src/demo/fields.ts'

const cases = {
  text: [text(5), ['a', ' a ', '12345'], ['', '   ', '123456', null, 5]],
  email: [
    email,
    ['a@b.example'],
    ['', 'a', 'a@b', 'a@b.example\r\nBcc: c@d.example', 'a@b.example,c@d.example'],
  ],
  date: [date, ['2024-02-29'], ['2025-02-29', '2025-13-01', '2025-1-1', '2025-01-01T00:00:00Z', '']],
  currency: [currency, ['EUR', 'JPY'], ['eur', 'XXX', '']],
  vatNumber: [vatNumber, ['NL001234567B01', 'GB12'], ['NL', '123456789', 'NL 00', 'nl001']],
  id: [
    idOf('inv'),
    ['inv_0123456789abcdef'],
    ['inv_', 'con_0123456789abcdef', 'inv_0123456789ABCDEF', 'STU-2025-0001'],
  ],
  address: [
    address,
    [{ street: 'a', postal_code: 'b', city: 'c', country: 'NL' }],
    [{ street: 'a', postal_code: 'b', city: 'c', country: 'Netherlands' }, { street: 'a' }, []],
  ],
} as const

for (const [name, [schema, good, bad]] of Object.entries(cases)) {
  t.test(name, async t => {
    for (const value of good) t.ok(schema.safeParse(value).success, JSON.stringify(value))
    for (const value of bad) t.notOk(schema.safeParse(value).success, JSON.stringify(value))
  })
}
