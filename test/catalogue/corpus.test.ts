/** Every document of the corpus compiles, and every operation of it is accounted for. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import t from 'tap'
import { type LoadedDocument, loadDocument } from '../../src/catalogue/document/load-document.ts'
import { isJsonObject } from '../../src/catalogue/is-json-object.ts'
import { subschemas } from '../../src/catalogue/schema/subschemas.ts'
import type { JsonObject } from '../../src/catalogue/tool.ts'
import { compileLoaded } from './compile-document.ts'

const corpus = resolve(import.meta.dirname, '../../../shared/corpus')
const DOCUMENTS = [
  ...[
    'petstore3.yaml',
    'train.yaml',
    'github.json',
    'twilio.json',
    'box.json',
    'asana.yaml',
    'openai.yaml',
    'stripe.yaml',
  ],
  ...['circular-paths', 'circular-request-bodies', 'circular', 'complex-nesting', 'schema-circular'].map(
    name => `circular/${name}.yaml`,
  ),
  'circular/slowdowns.json',
  ...[
    'file-uploads',
    'parameters-style-3.1',
    'parameters-style',
    'polymorphism',
    'schema-encoding-style',
  ].map(name => `styles/${name}.yaml`),
  ...['non-oauth-scopes', 'tictactoe', 'webhook-example'].map(name => `oas-3.1/${name}.yaml`),
  ...['k8s.json', 'slack.json', 'circular/schema-circular-2.0.yaml', 'circular/deep/deep-circular.yaml'],
  ...['oas-3.2/3.2-tags-example.yaml', 'multi-file-2.0/spec/swagger.yaml', 'multi-file-3.2/openapi.yaml'],
]
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']
/** Of each document, this many tools are looked at closely. */
const SAMPLE = 25
const isMissing = existsSync(corpus) ? false : `there is no ${corpus}; these tests need it`

for (const name of DOCUMENTS) {
  t.test(name, { skip: isMissing }, async t => {
    const loaded = await loadDocument(join(corpus, name))
    const { tools, report } = compileLoaded(loaded)
    const counts = Map.groupBy(report, entry => entry.outcome)
    t.comment(
      `${name}: ${[...counts].map(([outcome, entries]) => `${entries.length} ${outcome}`).join(', ') || 'no operations'}`,
    )

    t.strictSame(report.map(entry => entry.pointer).sort(), pointersOf(loaded).sort(), 'every operation once')
    t.ok(
      report.every(({ outcome, tool, reasons }) =>
        outcome === 'exposed' || outcome === 'degraded'
          ? tool !== undefined
          : tool === undefined && reasons.every(reason => reason !== '') && reasons.length > 0,
      ),
      'a tool, or a reason',
    )
    const forItsBody = report.filter(
      ({ outcome, reasons }) => outcome === 'skipped' && /body|media type/.test(reasons.join()),
    )
    t.strictSame(
      forItsBody.filter(({ method }) => method !== 'OPTIONS'),
      [],
      'none is left out for its body',
    )
    const names = tools.map(tool => tool.name)
    t.equal(new Set(names).size, names.length, 'names are unique')
    t.ok(
      names.every(each => /^[A-Za-z0-9_-]{1,64}$/.test(each)),
      'names are legal',
    )

    for (const [index, tool] of tools.entries()) {
      const definition = JSON.parse(tool.definition) as { inputSchema: JsonObject }
      checkSchema(tool.name, definition.inputSchema)
      if (index % Math.ceil(tools.length / SAMPLE) !== 0) continue
      t.doesNotThrow(
        () => new Ajv2020({ strict: false, logger: false, validateFormats: false }).compile(tool.inputSchema),
        tool.name,
      )
      t.doesNotThrow(() => tool.validate({ no_such_argument: 1 }), tool.name)
    }
  })
}

/** What clients choke on must not be there (see docs of the field: roots, keys, items, dangling references). */
function checkSchema(name: string, schema: JsonObject): void {
  const problems: string[] = []
  if (schema.type !== 'object') problems.push('the root is no object')
  if (['oneOf', 'anyOf', 'allOf', '$ref'].some(key => key in schema))
    problems.push('alternatives at the root')
  const keys = Object.keys(schema.properties ?? {})
  if (!keys.every(key => /^[A-Za-z0-9_.-]{1,64}$/.test(key))) problems.push('an illegal key')
  const definitions = isJsonObject(schema.$defs) ? schema.$defs : {}
  const stack: unknown[] = [schema, ...Object.values(definitions)]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (!isJsonObject(node)) continue
    if (typeof node.$ref === 'string' && !Object.hasOwn(definitions, node.$ref.replace('#/$defs/', ''))) {
      problems.push(`a dangling ${node.$ref}`)
    }
    if ([node.type].flat().includes('array') && node.items === undefined)
      problems.push('a list without items')
    if (typeof node.exclusiveMinimum === 'boolean' || node.nullable !== undefined)
      problems.push('a keyword of 3.0')
    if (typeof node.pattern === 'string' && /\(\?<?[=!]/.test(node.pattern)) problems.push('lookaround')
    stack.push(...subschemas(node))
  }
  if (problems.length > 0) t.fail(`${name}: ${problems.slice(0, 3).join(', ')}`)
}

function pointersOf({ document: { paths }, files }: LoadedDocument): string[] {
  if (!isJsonObject(paths)) return []
  return Object.entries(paths).flatMap(([path, item]) => {
    const pointer = `#/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}`
    const file = isJsonObject(item) && typeof item.$ref === 'string' ? files.get(item.$ref) : undefined
    const target = file !== undefined && 'value' in file ? file.value : item
    const methods = Object.keys(isJsonObject(target) ? target : {}).filter(key => METHODS.includes(key))
    return methods.map(method => `${pointer}/${method}`)
  })
}
