import t from 'tap'
import { seededId } from '../../src/demo/identifier.ts'
import { buildTallybook } from './tallybook.ts'

const url = (label: string) => `/v1/invoices/${seededId('inv', label)}`

t.test('issuing gives the next number of workspace and year, today’s date and the day it is due', async t => {
  const send = buildTallybook(t).as('accountant')
  await send('PATCH', url('labels'), { payment_terms_days: 30 })
  const first = await send('POST', `${url('labels')}/issue`)
  t.match(first, {
    status: 200,
    body: { status: 'issued', number: 'STU-2025-0006', issued_on: '2025-06-01', due_on: '2025-07-01' },
  })
  t.equal((await send('POST', `${url('cards')}/issue`)).body.number, 'STU-2025-0007')
  t.equal((await send('POST', `${url('doors')}/issue`)).body.number, 'WRK-2025-0003', 'each workspace counts')
})

t.test('an invoice is issued once', async t => {
  const send = buildTallybook(t).as('accountant')
  t.equal((await send('POST', `${url('labels')}/issue`)).status, 200)
  const again = await send('POST', `${url('labels')}/issue`)
  t.equal(again.status, 409)
  t.equal((await send('POST', `${url('cards')}/issue`)).body.number, 'STU-2025-0007', 'and no number is lost')
})

t.test('a new year starts a new series', async t => {
  const { context, as } = buildTallybook(t)
  Object.assign(context, { now: () => new Date('2026-01-01T00:00:00Z') })
  const { body } = await as('accountant')('POST', `${url('labels')}/issue`)
  t.match(body, { number: 'STU-2026-0001', due_on: '2026-01-15' })
})

t.test('an issued invoice is paid today or on the day that is said', async t => {
  const send = buildTallybook(t).as('accountant')
  const today = await send('POST', `${url('boxes')}/mark-paid`)
  t.match(today, { status: 200, body: { status: 'paid', paid_on: '2025-06-01' } })
  const earlier = await send('POST', `${url('site')}/mark-paid`, { paid_on: '2025-03-01' })
  t.match(earlier.body, { status: 'paid', paid_on: '2025-03-01' })
})

t.test('what is no draft and unpaid can’t be paid, nor before it was issued or in the future', async t => {
  const send = buildTallybook(t).as('accountant')
  t.match(await send('POST', `${url('labels')}/mark-paid`), { status: 409, body: { detail: /issue/ } })
  t.match(await send('POST', `${url('logo')}/mark-paid`), { status: 409, body: { detail: /2025-01-20/ } })
  for (const paid_on of ['2025-02-04', '2025-06-02']) {
    const { status, body } = await send('POST', `${url('boxes')}/mark-paid`, { paid_on })
    t.equal(status, 422)
    t.equal(body.errors[0]?.pointer, '/paid_on')
  }
  t.equal((await send('POST', `${url('boxes')}/mark-paid`, { paid_on: '2025-02-05' })).status, 200)
})

t.test('sending says who gets it and leaves the e-mail in the outbox', async t => {
  const { context, as } = buildTallybook(t)
  const send = as('accountant')
  const outbox = () => context.database.all('SELECT * FROM outbox ORDER BY queued_at, rowid')
  const before = outbox().length
  const { status, body } = await send('POST', `${url('site')}/send`, { message: 'Thank you' })
  t.equal(status, 202)
  t.match(body, {
    id: /^msg_/,
    invoice_id: seededId('inv', 'site'),
    to: 'compta@etoile.example',
    subject: 'Invoice STU-2025-0004 from Harbour & Vale Studio B.V.',
    queued_at: '2025-06-01T12:00:00.000Z',
  })
  t.match(outbox().at(-1), {
    id: body.id,
    recipient: 'compta@etoile.example',
    message: 'Thank you',
    queued_by: seededId('usr', 'accountant'),
  })
  t.equal((await send('GET', url('site'))).body.last_sent_at, body.queued_at)
  await send('POST', `${url('site')}/send`)
  t.equal(outbox().length, before + 2, 'every call is another e-mail')
})

t.test('without an address there must be one in the request', async t => {
  const send = buildTallybook(t).as('accountant')
  t.match(await send('POST', `${url('sign')}/send`), { status: 422, body: { errors: [{ pointer: '/to' }] } })
  const explicit = await send('POST', `${url('sign')}/send`, { to: 'board@oudehaven.example' })
  t.match(explicit, { status: 202, body: { to: 'board@oudehaven.example' } })
})

t.test('nothing is sent for a draft or to what is no address', async t => {
  const { context, as } = buildTallybook(t)
  const send = as('accountant')
  const count = () => context.database.one('SELECT count(*) AS n FROM outbox')
  const before = count()
  t.equal((await send('POST', `${url('labels')}/send`)).status, 409)
  for (const to of ['a', 'a@b.example\nBcc: c@d.example', 'a@b.example, c@d.example', '']) {
    t.equal((await send('POST', `${url('site')}/send`, { to })).status, 422, JSON.stringify(to))
  }
  t.same(count(), before)
})
