import type { Config } from '../config.ts'
import { isLoopback } from '../loopback.ts'
import type { Finding } from '../problem.ts'

/** The addresses that clients and browsers use: the public URL, the hosts and origins that are let in. */
export function checkAddresses(config: Config): readonly Finding[] {
  return [...publicUrl(config), ...origins(config.allowedOrigins ?? []), ...hosts(config.allowedHosts ?? [])]
}

function publicUrl({ publicUrl: value }: Config): readonly Finding[] {
  if (value === undefined) return []
  const url = new URL(value)
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return []
  return [
    {
      path: ['publicUrl'],
      message: 'clients would send their credentials over plain http',
      fix: 'write https:// (http:// only for localhost, 127.0.0.1 or [::1])',
    },
  ]
}

function origins(values: readonly string[]): readonly Finding[] {
  return values.flatMap((value, index) => {
    const path = ['allowedOrigins', index]
    if (value === '*' || value === 'null') {
      return [{ path, message: `${value} would let every web page in`, fix: 'name each origin' }]
    }
    const origin = URL.canParse(value) ? new URL(value).origin : 'null'
    if (origin === value && /^https?:/.test(origin)) return []
    const fix = /^https?:/.test(origin)
      ? `write ${origin}`
      : 'write scheme, host and port, like https://app.example.com'
    return [{ path, message: 'not a web origin', fix }]
  })
}

function hosts(values: readonly string[]): readonly Finding[] {
  return values.flatMap((value, index) =>
    /^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/.test(value)
      ? []
      : [
          {
            path: ['allowedHosts', index],
            message: 'not a host name',
            fix: 'write name or name:port, without scheme, path or *',
          },
        ],
  )
}
