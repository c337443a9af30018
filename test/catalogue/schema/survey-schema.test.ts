import t from 'tap'
import { surveySchema } from '../../../src/catalogue/schema/survey-schema.ts'

const twice = { $ref: '#/$defs/A' }

t.test(
  'what is in a schema is counted, without what it refers to and what only looks like a schema',
  async t => {
    const schema = {
      properties: { a: twice, b: { items: twice }, $ref: { pattern: '^a$' } },
      allOf: [{ $ref: '#/$defs/B' }],
      default: { $ref: '#/$defs/C' },
      $defs: { A: { pattern: '(a+)+$' } },
    }
    const survey = surveySchema(schema)
    t.equal(survey.schemas, 6)
    t.strictSame([...survey.references].sort(), [
      ['#/$defs/A', 2],
      ['#/$defs/B', 1],
    ])
    t.equal(survey.hasRiskyPattern, false)
    t.equal(surveySchema(schema), survey, 'once')
  },
)

t.test('patterns that may take long are seen wherever they are', async t => {
  t.equal(surveySchema({ anyOf: [{}, { items: { pattern: '(a+)+$' } }] }).hasRiskyPattern, true)
  t.equal(surveySchema({ patternProperties: { '^a$': {} } }).hasRiskyPattern, true)
})

t.test('what is no object has nothing in it', async t => {
  for (const schema of [true, undefined, []]) t.equal(surveySchema(schema).schemas, 0)
})
