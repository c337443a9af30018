/**
 * Lucent as far as its tools need it: `node test/systems/lucent/backend.ts [port]`. It knows nothing of MCP: of every
 * request it verifies the JWT that says who calls, and that nothing but the organisation in it is asked about. It could
 * write, if anybody asked it to.
 */
import { createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { verifyJwt } from '../jwt.ts'
import {
  type Call,
  createProduct,
  type Product,
  Refusal,
  type Reply,
  type Routes,
  runByHand,
} from '../product.ts'
import { type Data, type Issue, sampleData } from './data.ts'
import { CLIENT_SECRET, startSignIn } from './sign-in.ts'

/** The product, and the key that it has given the gateway to say with who is calling. */
export interface Lucent extends Product {
  readonly data: Data
  /** PEM of the private key. */
  readonly signingKey: string
}

/** Who calls, as the gateway says it. */
interface Caller {
  readonly subject: string
  readonly organization: string
}

const ISSUER = 'https://app.lucenthq.com'
const AUDIENCE = 'lucent-api'
const SEVERITIES = ['low', 'medium', 'high', 'critical']

/** @param issuer - the gateway's public URL, which is what its JWTs say */
export function createLucent(issuer = ISSUER): Lucent {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const publicKey = createPublicKey(privateKey)
  const data = sampleData()
  return {
    ...createProduct({
      base: '/api/v1',
      authenticate: headers => readCaller(headers, publicKey, issuer),
      routes: routes(data),
    }),
    data,
    signingKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function readCaller({ authorization = '' }: IncomingHttpHeaders, key: KeyObject, issuer: string): Caller {
  const claims = verifyJwt(authorization.replace(/^Bearer /, ''), key, Date.now())
  if (claims === undefined) throw new Refusal(401, 'unauthorized', 'Nobody has signed this, or it has ended.')
  const { iss, aud, sub, org } = claims
  if (iss !== issuer || aud !== AUDIENCE)
    throw new Refusal(401, 'unauthorized', 'This was not signed for here.')
  if (typeof org !== 'string') throw new Refusal(403, 'no_organization', 'The caller has no organisation.')
  return { subject: String(sub), organization: org }
}

function routes(data: Data): Routes<Caller> {
  const issueOf = (call: Call<Caller>): Issue => {
    const issue = data.issues.get(call.parameters.id ?? '')
    if (issue?.org_id !== asked(call)) throw new Refusal(404, 'not_found', 'There is no such issue.')
    return issue
  }
  const keep = (issue: Issue): Reply => {
    data.issues.set(issue.id, issue)
    return { body: shown(issue) }
  }
  return {
    'GET /issues': call => {
      const { query } = call
      const wanted = (issue: Issue) =>
        (['status', 'severity', 'signal_id'] as const).every(name => {
          const value = query.get(name)
          return value === null || issue[name] === value
        })
      const found = [...data.issues.values()].filter(issue => issue.org_id === asked(call) && wanted(issue))
      return list(query, found.toSorted(worstFirst))
    },
    'POST /issues': call => {
      const { title, severity } = call.body as Pick<Issue, 'title' | 'severity'>
      const rest = { signal_id: null, status: 'open' as const, cause: '', sessions: [] }
      const last_seen = new Date().toISOString()
      return {
        ...keep({ id: randomUUID(), org_id: asked(call), title, severity, last_seen, ...rest }),
        status: 201,
      }
    },
    'GET /issues/{id}': call => ({ body: shown(issueOf(call)) }),
    'PATCH /issues/{id}': call => keep({ ...issueOf(call), ...(call.body as Pick<Issue, 'status'>) }),
    'DELETE /issues/{id}': call => {
      data.issues.delete(issueOf(call).id)
      return { status: 204 }
    },
    'GET /signals': call => {
      const found = data.signals.filter(({ org_id }) => org_id === asked(call))
      return list(
        call.query,
        found.toSorted((a, b) => b.matches - a.matches),
      )
    },
    'POST /signals': call => {
      const { name } = call.body as { name: string }
      const signal = { id: `sig_${data.signals.length}`, org_id: asked(call), name, matches: 0 }
      data.signals.push(signal)
      return { status: 201, body: shown(signal) }
    },
    'GET /insights': call => {
      const since = call.query.get('since') ?? ''
      const found = data.insights.filter(({ org_id, day }) => org_id === asked(call) && day >= since)
      return list(
        call.query,
        found.toSorted((a, b) => b.day.localeCompare(a.day)),
      )
    },
  }
}

/** The organisation that a request is about, which must be the caller's own, and said once. */
function asked({ caller, query }: Call<Caller>): string {
  const [organization, ...others] = query.getAll('org_id')
  if (organization === caller.organization && others.length === 0) return organization
  throw new Refusal(403, 'other_organization', 'This is not the caller’s organisation.')
}

function list(query: URLSearchParams, rows: readonly { readonly org_id: string }[]): Reply {
  return { body: { data: rows.slice(0, Number(query.get('limit') ?? 25)).map(shown) } }
}

/** Rows without the organisation's id, which is nothing to look at. */
function shown<Row extends { readonly org_id: string }>({ org_id: _, ...row }: Row): Omit<Row, 'org_id'> {
  return row
}

function worstFirst(a: Issue, b: Issue): number {
  const worse = SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity)
  return worse === 0 ? b.last_seen.localeCompare(a.last_seen) : worse
}

if (import.meta.main) {
  const publicUrl = process.env.PUBLIC_URL ?? ISSUER
  const product = createLucent(publicUrl)
  const { issuer } = await startSignIn({ publicUrl })
  await runByHand(product, [
    `export PUBLIC_URL=${publicUrl} LUCENT_URL=http://127.0.0.1:${process.argv[2] ?? 4020}/api/v1`,
    `export LUCENT_ISSUER=${issuer} LUCENT_OIDC_SECRET=${CLIENT_SECRET}`,
    `export LUCENT_SIGNING_KEY='${product.signingKey.trim()}'`,
  ])
}
