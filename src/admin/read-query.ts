import { PosternError } from '../errors.ts'

/**
 * The parameters of a URL's query.
 *
 * @throws PosternError `invalid_params` where one is there twice
 */
export function readQuery(url: string): Readonly<Record<string, string>> {
  const start = url.indexOf('?')
  const pairs = [...new URLSearchParams(start < 0 ? '' : url.slice(start + 1))]
  if (new Set(pairs.map(([name]) => name)).size < pairs.length) {
    throw new PosternError('invalid_params', { message: 'This can’t be done: a parameter is there twice.' })
  }
  return Object.fromEntries(pairs)
}
