import type { ConfigPath, Finding } from '../problem.ts'

/** A request to a product that can't be answered, or could leave it. */
export function checkProductRequest(request: string, path: ConfigPath): readonly Finding[] {
  const [method = '', target = ''] = request.split(' ')
  const findings: Finding[] = []
  if (MUTE.includes(method)) {
    const fix = 'write GET, POST or another method whose answer says who the caller is'
    findings.push({ path, message: `an answer to ${method} names nobody`, fix })
  }
  if (/\/\/|[\\#]/.test(target) || /\/(\.|%2e){1,2}([/?]|$)/i.test(target)) {
    findings.push({
      path,
      message: 'the path could leave the API',
      fix: 'write a plain path without //, \\, # or . and .. segments',
    })
  }
  return findings
}

/** Their answers have no body by which a caller could be told, or they are not the product's. */
const MUTE: readonly string[] = ['HEAD', 'OPTIONS', 'TRACE', 'CONNECT']
