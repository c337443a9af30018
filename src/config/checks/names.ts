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

function references(config: Config): readonly Finding[] {
  const apis = config.apis.map(api => api.name)
  const types: readonly string[] = config.auth.map(scheme => scheme.type)
  const findings: (Finding | undefined)[] = config.servers.flatMap((server, index) => [
    ...(server.apis ?? []).map((name, at) =>
      unknown(['servers', index, 'apis', at], name, 'an API', apis, 'apis'),
    ),
    ...(server.auth ?? []).map((type, at) =>
      unknown(['servers', index, 'auth', at], type, 'a type', types, 'auth'),
    ),
  ])
  for (const [index, scheme] of config.auth.entries()) {
    if ('verify' in scheme && scheme.verify.api !== undefined) {
      findings.push(unknown(['auth', index, 'verify', 'api'], scheme.verify.api, 'an API', apis, 'apis'))
    }
  }
  if (config.passthrough !== undefined) {
    findings.push(unknown(['passthrough', 'api'], config.passthrough.api, 'an API', apis, 'apis'))
  }
  const concerns = [
    ...config.apis.map((_, index) => ['apis', index, 'name']),
    ...config.auth.map((_, index) => ['auth', index, 'type']),
  ]
  return findings.filter(finding => finding !== undefined).map(finding => ({ ...finding, concerns }))
}

function unknown(
  path: ConfigPath,
  name: string,
  noun: string,
  known: readonly string[],
  section: string,
): Finding | undefined {
  if (known.includes(name)) return undefined
  const names = [...new Set(known)].join(', ')
  return { path, message: `not ${noun} that is configured under ${section}`, fix: `write one of ${names}` }
}
