import type { Config } from '../config.ts'
import type { ConfigPath, Finding } from '../problem.ts'
import type { UpstreamCredentialConfig } from '../schema.ts'
import { unusableHeader } from '../unusable-header.ts'

/** Upstream credentials that could never be used, or not be sent. */
export function checkCredentials(config: Config): readonly Finding[] {
  const canForward = config.auth.some(({ type }) => type === 'bearer' || type === 'headers')
  return config.apis.flatMap(({ credentials }, index) =>
    credentials.flatMap((credential, position) => {
      const path = ['apis', index, 'credentials', position]
      return [
        ...unreachable(credentials, position, path),
        ...(credential.type === 'forward' && !canForward ? [nothingToForward(path)] : []),
        ...(credential.type === 'static' ? checkStatic(credential, path) : []),
      ]
    }),
  )
}

function unreachable(
  credentials: readonly UpstreamCredentialConfig[],
  position: number,
  path: ConfigPath,
): readonly Finding[] {
  const { type } = credentials[position] ?? { type: 'none' }
  const always = credentials
    .slice(0, position)
    .find(earlier => earlier.type !== 'forward' || type === 'forward')
  if (always === undefined) return []
  return [
    { path, message: `never used: ${always.type} before it fits every caller`, fix: 'move or remove it' },
  ]
}

function nothingToForward(path: ConfigPath): Finding {
  return {
    path,
    message: 'no scheme under auth has a credential that may be forwarded',
    fix: 'add a scheme bearer or headers, or sign in with static',
    concerns: [['auth']],
  }
}

function checkStatic(
  { header, value }: Extract<UpstreamCredentialConfig, { type: 'static' }>,
  path: ConfigPath,
): readonly Finding[] {
  const findings: Finding[] = []
  const reason = unusableHeader(header)
  if (reason !== undefined) {
    const message = `${header} ${reason} and can’t carry a credential`
    findings.push({ path: [...path, 'header'], message, fix: 'write another header' })
  }
  const mistake = valueMistake(value)
  if (mistake !== undefined) findings.push({ path: [...path, 'value'], ...mistake })
  return findings
}

function valueMistake(value: string): Pick<Finding, 'message' | 'fix'> | undefined {
  if (value.trim() === '') return { message: 'the value is empty', fix: 'set the variable it comes from' }
  if (/^(bearer|basic|token|apikey)\s*$/i.test(value.trim())) {
    return { message: 'nothing follows the scheme’s name', fix: 'set the variable the credential comes from' }
  }
  if (/[^\t\x20-\x7e]/.test(value)) {
    return {
      message: 'it has a line break or another character that a header can’t hold',
      fix: 'remove it; values from files often end with a line break',
    }
  }
  return value === value.trim()
    ? undefined
    : { message: 'it starts or ends with a space', fix: 'remove the space' }
}
