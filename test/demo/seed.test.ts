import t from 'tap'
import { openDatabase } from '../../src/demo/database.ts'
import { USERS } from '../../src/demo/sample.ts'
import { seed } from '../../src/demo/seed.ts'
import { buildTallybook } from './tallybook.ts'

const TABLES = [
  'organizations',
  'users',
  'workspaces',
  'contacts',
  'invoices',
  'invoice_lines',
  'number_series',
  'outbox',
]

t.test('the sample data is the same in every database, whatever the time', async t => {
  const dump = (year: number) => {
    const database = openDatabase(':memory:')
    t.teardown(() => database.close())
    seed({ database, now: () => new Date(Date.UTC(year, 0)) })
    return TABLES.map(table => database.all(`SELECT * FROM ${table} ORDER BY 1, 2`))
  }
  const first = dump(2025)
  t.same(first, dump(2030))
  t.same(
    first.map(rows => rows.length),
    [2, 5, 3, 6, 12, 16, 3, 2],
  )
})

t.test('it has every role, every state and both organisations', async t => {
  const { database } = buildTallybook(t).context
  const count = (sql: string) =>
    database.all<{ key: string; count: number }>(sql).map(row => [row.key, row.count])
  t.same(count('SELECT status AS key, count(*) AS count FROM invoices GROUP BY 1 ORDER BY 1'), [
    ['draft', 4],
    ['issued', 4],
    ['paid', 4],
  ])
  t.same([...new Set(Object.values(USERS).map(user => user.role))].sort(), ['accountant', 'admin', 'viewer'])
  t.same(
    count(`SELECT o.name AS key, count(*) AS count FROM invoices i JOIN workspaces w ON w.id = i.workspace_id
           JOIN organizations o ON o.id = w.organization_id GROUP BY 1 ORDER BY 1`),
    [
      ['Harbour & Vale', 10],
      ['Northlight Press', 2],
    ],
  )
})

t.test('a database that has data is left as it is', async t => {
  const { context } = buildTallybook(t)
  context.database.run(`DELETE FROM invoices WHERE status = 'draft'`)
  seed(context)
  t.match(context.database.one('SELECT count(*) AS count FROM invoices'), { count: 8 })
})
