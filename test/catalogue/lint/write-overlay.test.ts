import t from 'tap'
import { applyOverlay } from '../../../src/catalogue/document/overlay/apply-overlay.ts'
import { parseOverlay } from '../../../src/catalogue/document/overlay/parse-overlay.ts'
import { type LintSource, lintedOperations } from '../../../src/catalogue/lint/lint-catalogue.ts'
import { targetOf, writeOverlay } from '../../../src/catalogue/lint/write-overlay.ts'
import type { JsonObject } from '../../../src/catalogue/tool.ts'
import { flawless, lintPaths, sourceOf } from './lint-paths.ts'

const overlayOf = (source: LintSource) => writeOverlay('Bills', lintedOperations(source), source.catalogue)

t.test('targets are RFC 9535 paths, whatever the keys hold', async t => {
  t.equal(targetOf('#/paths/~1a~1{id}/get'), "$['paths']['/a/{id}']['get']")
  t.equal(targetOf("#/paths/~1it's~0\\/get"), "$['paths']['/it\\'s~\\\\']['get']")
})

t.test('a document without flaws needs nothing', async t => {
  t.same(overlayOf(sourceOf({ '/a': { get: flawless('listThings') } })), {
    overlay: '1.0.0',
    info: { title: 'Mends for Bills', version: '1.0.0' },
    actions: [],
  })
})

const long = `${'It does a thing with care. '.repeat(60)}`
const paths = {
  '/a/{id}': {
    parameters: [
      { name: 'id', in: 'path', required: true, description: 'Which', schema: { type: 'string' } },
    ],
    get: flawless('', { operationId: undefined, summary: undefined }),
  },
  "/it's": { get: flawless('same') },
  '/other': { get: flawless('same', { description: long }) },
  '/long': {
    get: flawless('listAllOfTheVeryManyThingsThatAnOwnerOfThingsMayEverHaveHadInTheirPossessionBefore'),
  },
  '/fine': { get: flawless('fine') },
}

t.test('what can be mended is, in the words of the document', async t => {
  const { actions } = overlayOf(sourceOf(paths))
  t.match(actions, [
    {
      target: "$['paths']['/a/{id}']['get']",
      update: { operationId: 'getAById', summary: 'Get a by id (GET /a/{id})' },
    },
    {
      target: "$['paths']['/other']['get']",
      update: { operationId: 'getOther', 'x-mcp': { name: 'get_other', description: /with care\.$/ } },
    },
    {
      target: "$['paths']['/long']['get']",
      update: { 'x-mcp': { name: /^list_all_very_many_things_that_owner_things/ } },
    },
  ])
  t.equal((actions as unknown[]).length, 3)
})

t.test('with it, those findings are gone and no others come', async t => {
  const overlay = overlayOf(sourceOf(paths))
  t.same([...new Set(lintPaths(paths).map(({ rule }) => rule))].sort(), [
    'description-long',
    'description-missing',
    'name-duplicate',
    'name-shortened',
    'operation-id-duplicate',
    'operation-id-missing',
  ])
  const document = { openapi: '3.1.0', paths: structuredClone(paths) as JsonObject }
  const warnings = applyOverlay(document, parseOverlay(JSON.stringify(overlay), '/o.yaml'), 0)
  t.same(warnings, [])
  t.same(lintPaths(document.paths), [])
})
