import type { Config } from '../config.ts'
import type { ConfigPath, Finding } from '../problem.ts'

/** Names that are given twice, and references to names that nothing has. */
export function checkNames(config: Config): readonly Finding[] {
  return [
    ...duplicateApis(config),
    ...duplicateTools(config),
    ...contradictions(config),
    ...references(config),
  ]
}

function duplicateApis(config: Config): readonly Finding[] {
  const names = config.apis.map(api => api.name)
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [
          {
            path: ['apis', index, 'name'],
            message: 'another API has this name',
            fix: 'name each API differently',
          },
        ],
  )
}

function duplicateTools(config: Config): readonly Finding[] {
  const seen = new Set<string>()
  const findings: Finding[] = []
  for (const [index, api] of config.apis.entries()) {
    for (const [position, { name }] of (api.tools.rules ?? []).entries()) {
      if (name === undefined) continue
      if (seen.has(name)) {
        findings.push({
          path: ['apis', index, 'tools', 'rules', position, 'name'],
          message: 'another rule gives this name',
          fix: 'give each tool its own name, and each name in one rule',
        })
      }
      seen.add(name)
    }
  }
  return findings
}

function contradictions(config: Config): readonly Finding[] {
  return config.apis.flatMap((api, index) =>
    (api.tools.rules ?? []).flatMap(({ hints }, position) =>
      hints?.readOnly === true && hints.destructive === true
        ? [
            {
              path: ['apis', index, 'tools', 'rules', position, 'hints'],
              message: 'a tool can’t be both readOnly and destructive',
              fix: 'set one of them to false',
            },
          ]
        : [],
    ),
  )
}

/** Where an entry of a section has its name, and the names that there are. */
interface Known {
  readonly names: readonly string[]
  readonly places: readonly ConfigPath[]
  /** `an API that is configured under apis`. */
  readonly noun: string
}

function references(config: Config): readonly Finding[] {
  const apis: Known = {
    names: config.apis.map(api => api.name),
    places: config.apis.map((_, index) => ['apis', index, 'name']),
    noun: 'an API that is configured under apis',
  }
  const schemes: Known = {
    names: config.auth.map(scheme => scheme.type),
    places: config.auth.map((_, index) => ['auth', index, 'type']),
    noun: 'a type that is configured under auth',
  }
  const passthrough = config.passthrough?.api
  return [
    ...config.servers.flatMap((server, index) => [
      ...(server.apis ?? []).flatMap((name, at) => unknown(['servers', index, 'apis', at], name, apis)),
      ...(server.auth ?? []).flatMap((type, at) => unknown(['servers', index, 'auth', at], type, schemes)),
    ]),
    ...config.limits.flatMap((limit, index) =>
      [limit.scheme ?? []].flat().flatMap(type => unknown(['limits', index, 'scheme'], type, schemes)),
    ),
    ...config.auth.flatMap((scheme, index) => {
      const name = 'verify' in scheme ? scheme.verify.api : undefined
      return name === undefined ? [] : unknown(['auth', index, 'verify', 'api'], name, apis)
    }),
    ...config.auth.flatMap((scheme, index) => {
      const ways = scheme.type === 'oauth' ? scheme.signIn : []
      return ways.flatMap((way, at) => {
        const name = way.type === 'product' ? way.verify.api : undefined
        const path = ['auth', index, 'signIn', at, 'verify', 'api']
        return name === undefined ? [] : unknown(path, name, apis)
      })
    }),
    ...(passthrough === undefined ? [] : unknown(['passthrough', 'api'], passthrough, apis)),
  ]
}

function unknown(path: ConfigPath, name: string, known: Known): readonly Finding[] {
  if (known.names.includes(name)) return []
  const fix = `write one of ${[...new Set(known.names)].join(', ')}`
  return [{ path, message: `not ${known.noun}`, fix, concerns: known.places }]
}
