import t from 'tap'
import { renderProblems } from '../../src/config/render-problems.ts'

t.test('problems are rendered for a terminal', async t => {
  t.equal(
    renderProblems(
      [
        {
          path: 'listen.port',
          line: 3,
          value: '99999',
          message: 'the number is too large',
          fix: 'write less',
        },
        { path: '', message: 'the file is empty', fix: 'start' },
      ],
      'postern.yaml',
    ),
    `postern.yaml:3: listen.port: the number is too large
  found: 99999
  fix:   write less

postern.yaml: the file is empty
  fix:   start

2 problems in postern.yaml
`,
  )
})
