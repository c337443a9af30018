import { type CompileCheck, createCheckCompiler } from '../arguments/compile-check.ts'
import type { LoadedDocument } from '../document/load-document.ts'
import type { MeasureReference } from '../document/reference-graph.ts'
import type { ResolveReference } from '../document/resolve-reference.ts'
import { once } from '../once.ts'
import { type AdvertiseArgument, createArgumentAdvertiser } from '../profiles/advertise-argument.ts'
import { type AdvertiseInput, createInputAdvertiser } from '../profiles/advertise-input.ts'
import { transient } from '../transient.ts'
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
  readonly forModel: () => ModelSchemas
  /** For what arguments are checked against. */
  readonly forValidation: SchemaConverter
  /** Compiles such a schema. */
  readonly compileCheck: CompileCheck
  /** For what answers are, as advertised and as checked. */
  readonly forOutput: () => { readonly model: SchemaConverter; readonly exact: SchemaConverter }
  /** Compiles a schema of the exact ones of answers. */
  readonly compileOutputCheck: () => CompileCheck
}

/** Schemas as models get them. Several times a large document's own size once all were made, so none is kept. */
export interface ModelSchemas {
  /** Its references lead to definitions only for itself: ask no other for them. */
  readonly converter: SchemaConverter
  readonly advertiseArgument: AdvertiseArgument
  /** Writes the input schema of a tool for a client. */
  readonly advertiseInput: AdvertiseInput
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
  return {
    checkSchema: createSchemaChecker(resolveReference, loops, resolveDynamic),
    forModel: transient(() => {
      const converter = createSchemaConverter({ ...model, direction: 'input' })
      return {
        converter,
        advertiseArgument: createArgumentAdvertiser(converter),
        advertiseInput: createInputAdvertiser(converter),
      }
    }),
    forValidation: createSchemaConverter({ ...exact, direction: 'input' }),
    compileCheck: createCheckCompiler(),
    forOutput: once(() => ({
      model: createSchemaConverter({ ...model, direction: 'output' }),
      exact: createSchemaConverter({ ...exact, direction: 'output' }),
    })),
    compileOutputCheck: once(createCheckCompiler),
  }
}
