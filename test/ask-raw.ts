/** One request over a real connection, with any Host header, which `fetch` doesn't let callers write. */
import { request } from 'node:http'

export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** @param origin - `http://127.0.0.1:8080` */
export function askRaw(
  origin: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  payload = '',
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${origin}${path}`, { method, headers, agent: false }, response => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', chunk => (body += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(payload)
  })
}
