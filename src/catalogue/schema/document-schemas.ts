import { type CompileCheck, createCheckCompiler } from '../arguments/compile-check.ts'
import type { LoadedDocument } from '../document/load-document.ts'
import type { MeasureReference } from '../document/reference-graph.ts'
import type { ResolveReference } from '../document/resolve-reference.ts'
import { once } from '../once.ts'
import { type AdvertiseInput, createInputAdvertiser } from '../profiles/advertise-input.ts'
import { type CheckSchema, createSchemaChecker } from './check-schema.ts'
import { createCompositionLoops } from './composition-loops.ts'
import { createSchemaConverter, type SchemaConverter } from './convert-schema.ts'
import { createSubtypeFinder } from './discriminated-types.ts'
import { createDynamicResolver } from './dynamic-anchors.ts'

/** A document's schemas in the forms that its tools need. Everything is made on first use and shared. */
export interface DocumentSchemas {
  /** What of a schema is allowed whatever it is, for the report. */
  readonly checkSchema: CheckSchema
  /** For what is advertised; profiles are made from it. */
  readonly forModel: SchemaConverter
  /** Writes the input schema of a tool for a client. */
  readonly advertiseInput: AdvertiseInput
  /** For what arguments are checked against. */
  readonly forValidation: SchemaConverter
  /** Compiles such a schema. */
  readonly compileCheck: CompileCheck
  /** For what answers are, as advertised and as checked. */
  readonly forOutput: () => { readonly model: SchemaConverter; readonly exact: SchemaConverter }
  /** Compiles a schema of the exact ones of answers. */
  readonly compileOutputCheck: () => CompileCheck
}

/** Definitions of at most this many schemas are put in place of their references. */
const INLINE_LIMIT = 12

/** Prepares a document's schemas for converting. Costs next to nothing. */
export function createDocumentSchemas(
  { document, version }: LoadedDocument,
  resolveReference: ResolveReference,
  measureReference: MeasureReference,
): DocumentSchemas {
  const findSubtypes = createSubtypeFinder(document, resolveReference)
  const loops = createCompositionLoops(resolveReference, findSubtypes)
  const resolveDynamic = createDynamicResolver(document)
  const shared = {
    version,
    resolveReference,
    measureReference,
    findSubtypes,
    loops,
    resolveDynamic,
  }
  const model = { ...shared, forModel: true, inlineLimit: INLINE_LIMIT }
  const exact = { ...shared, forModel: false, inlineLimit: 0 }
  const forModel = createSchemaConverter({ ...model, direction: 'input' })
  return {
    checkSchema: createSchemaChecker(resolveReference, loops, resolveDynamic),
    forModel,
    advertiseInput: createInputAdvertiser(forModel),
    forValidation: createSchemaConverter({ ...exact, direction: 'input' }),
    compileCheck: createCheckCompiler(),
    forOutput: once(() => ({
      model: createSchemaConverter({ ...model, direction: 'output' }),
      exact: createSchemaConverter({ ...exact, direction: 'output' }),
    })),
    compileOutputCheck: once(createCheckCompiler),
  }
}
