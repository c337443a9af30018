import type { Config } from '../config.ts'
import { pathHolds } from '../path-holds.ts'
import type { Finding } from '../problem.ts'
import { checkPath } from './paths.ts'

/** An administration that nobody could use, or that others would answer for. */
export function checkAdmin(config: Config): readonly Finding[] {
  const { admin } = config
  if (admin === undefined) return []
  return [...path(config, admin.path), ...schemes(config, admin.auth), ...secrets(admin.webhook?.secrets)]
}

const PATH = ['admin', 'path']

function path(config: Config, own: string): readonly Finding[] {
  if (own === '/') return [{ path: PATH, message: 'it would take every path', fix: 'write /admin' }]
  const findings = [...checkPath(PATH, own)]
  const others = [
    ...config.servers.map((server, index) => ({ value: server.path, at: ['servers', index, 'path'] })),
    ...(config.passthrough === undefined
      ? []
      : [{ value: config.passthrough.path, at: ['passthrough', 'path'] }]),
  ]
  for (const { value, at } of others) {
    // A server at / answers for nothing but /.
    const isAbove = pathHolds(value, own) && !(value === '/' && at[0] === 'servers')
    if (!isAbove && !pathHolds(own, value)) continue
    findings.push({
      path: PATH,
      message:
        own === value ? 'it overlaps with what is served there already' : `${own} and ${value} overlap`,
      fix: 'move one of them',
      concerns: [at],
    })
  }
  return findings
}

function schemes({ auth }: Config, types: readonly string[]): readonly Finding[] {
  return types.flatMap((type, index) => {
    if (types.indexOf(type) < index) {
      return [{ path: ['admin', 'auth', index], message: 'it is there twice', fix: 'remove one of them' }]
    }
    if (auth.some(scheme => scheme.type === type)) return []
    return [
      {
        path: ['admin', 'auth', index],
        message: `no scheme ${type} is configured, so nobody signs in with it`,
        fix: `add one under auth, or name here the schemes of those who administrate`,
        concerns: [['auth']],
      },
    ]
  })
}

function secrets(all: readonly string[] = []): readonly Finding[] {
  return all.flatMap((secret, index) =>
    all.indexOf(secret) < index
      ? [
          {
            path: ['admin', 'webhook', 'secrets', index],
            message: 'the same secret as one before it',
            fix: 'remove one of them',
            secret: true,
          },
        ]
      : [],
  )
}
