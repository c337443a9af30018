/** The page of Lucent's organization settings, as far as it asks the gateway's admin API. */
import { type Answer, ask, presented } from '../ask.ts'
import type { System } from '../system.ts'

/** What the page does for somebody who administers an organisation. */
export interface Dashboard {
  /** Any request below /mcp-admin: `GET /tokens`. */
  readonly ask: (request: string, body?: object) => Promise<Answer>
  /** Makes a token of an organisation (undefined: of none) and gives it away. @throws Error where it is refused */
  readonly mint: (organization: string | undefined, more?: object) => Promise<Minted>
}

/** A token that was just made; it is shown this once. */
export interface Minted {
  readonly id: string
  readonly token: string
}

/** Opens the page: it signs in with a token that an operator has made on the command line. */
export async function openDashboard(system: System): Promise<Dashboard> {
  const role = ['--role', 'lucent-dashboard']
  const made = await system.cli('token', 'create', '--name', 'dashboard', '--scope', 'read:nothing', ...role)
  if (made.code !== 0) throw new Error(made.stderr)
  const headers = { ...presented(made.stdout.trim()), 'content-type': 'application/json' }
  const send: Dashboard['ask'] = (request, body) => {
    const [method = '', path = ''] = request.split(' ')
    return ask(`${system.origin}/mcp-admin${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  }
  return {
    ask: send,
    async mint(organization, more = {}) {
      const token = { name: 'test', subject: 'ci', scopes: ['read:lucent'], ...more }
      const { status, body } = await send('POST /tokens', {
        ...token,
        ...(organization !== undefined && { organization }),
      })
      if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`)
      return body
    },
  }
}
