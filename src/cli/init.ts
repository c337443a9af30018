import { access, writeFile } from 'node:fs/promises'
import { dirname, relative, resolve, sep } from 'node:path'
import type { Command } from 'commander'
import { loadDocument } from '../catalogue/document/load-document.ts'
import { configSchema } from '../config/schema.ts'
import { shellWord } from '../console/shell-word.ts'
import { PosternError } from '../errors.ts'
import { type Product, readProduct } from './init/read-product.ts'
import { writeConfig } from './init/write-config.ts'

/** What `postern init` is given. */
export interface InitOptions {
  readonly out: string
  readonly force?: boolean
  readonly name?: string
}

/** `postern init`: a commented configuration from an OpenAPI document. */
export function registerInit(program: Command): void {
  program
    .command('init <openapi>')
    .description('writes a commented configuration from an OpenAPI document, a file or a URL')
    .option('-o, --out <file>', 'where to write it', 'postern.yaml')
    .option('--name <name>', 'name of the server; default: from the document’s title')
    .option('--force', 'overwrites the file')
    .action(async (openapi: string, options: InitOptions) => {
      process.stdout.write(await initConfig(openapi, options))
    })
}

/**
 * Writes the configuration and returns what to say about it.
 *
 * @throws PosternError `document_invalid` for a document that can't be read; `invalid_params` for a name that
 * is none, and for a file that is there already and may not be overwritten. Nothing is written then.
 */
export async function initConfig(openapi: string, { out, force, name }: InitOptions): Promise<string> {
  if (name !== undefined && !configSchema.shape.name.safeParse(name).success) {
    throw refuse(
      `--name ${name}: write at most 32 lower-case letters, digits, _ and -, starting with a letter or digit.`,
    )
  }
  const file = resolve(out)
  if (!force) await refuseExisting(file, out)
  const isUrl = /^https?:\/\//i.test(openapi)
  const source = isUrl ? openapi : resolve(openapi)
  const found = readProduct(await loadDocument(source))
  const product = name === undefined ? found : { ...found, name }
  const text = writeConfig(product, isUrl ? openapi : relativePath(dirname(file), source))
  try {
    await writeFile(file, text, { flag: force ? 'w' : 'wx' })
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'
    const why = code === 'ENOENT' ? 'there is no such directory' : code
    throw new PosternError('invalid_params', { message: `${out} can’t be written (${why}).`, cause })
  }
  return summary(product, out)
}

/** Before the document is fetched: nobody should wait for that in vain. */
async function refuseExisting(file: string, out: string): Promise<void> {
  const exists = await access(file).then(
    () => true,
    () => false,
  )
  if (exists)
    throw refuse(`${out} is there already. Use --force to overwrite it, or --out to write elsewhere.`)
}

function relativePath(directory: string, file: string): string {
  const path = relative(directory, file).split(sep).join('/')
  return path.startsWith('../') || path.startsWith('/') ? path : `./${path}`
}

function summary(product: Product, out: string): string {
  const config = out === 'postern.yaml' ? '' : ` --config ${shellWord(out)}`
  const { operations, upstream, caller, schemes } = product
  const ways = schemes.map(scheme =>
    scheme.type === 'headers'
      ? `the headers ${scheme.headers.join(' and ')}`
      : `a token in ${scheme.header ?? 'Authorization: Bearer'}`,
  )
  const lines = [
    `Wrote ${out}: ${operations.length} operations${upstream === undefined ? '' : ` of ${upstream}`}.`,
    caller === undefined
      ? 'Callers sign in with tokens that Postern mints; the document has no operation that could verify the product’s own.'
      : `Callers sign in with ${ways.join(', or ')}, verified by GET ${caller.operation.path}.`,
    ...(upstream === undefined
      ? ['The document does not say where the API is: set `upstream` in the file before you go on.']
      : []),
    ...(caller === undefined && operations.some(operation => operation.security.length > 0)
      ? ['The API itself wants a credential: see `credentials` in the file.']
      : []),
    '',
    'Next:',
    `  postern check${config}`,
    ...(caller === undefined ? [`  postern token create --name me --scope "read:*"${config}`] : []),
    `  postern serve${config}`,
    `  postern connect${config}`,
  ]
  return `${lines.join('\n')}\n`
}

function refuse(message: string): PosternError {
  return new PosternError('invalid_params', { message })
}
