/**
 * Several gateways, each a process of its own as `postern serve` starts it, that share a Redis, an identity provider
 * and a product, and nothing else.
 */
import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { stringify } from 'yaml'
import { AUDIENCE, createIssuer } from '../auth/jwt/issuer.ts'
import { type ServeChild, serveChild } from '../serve-child.ts'
import { createNodeClient, type NodeClient } from './node-client.ts'
import { ORGANIZATIONS, type Product, productDocument, startProduct } from './product.ts'

/** One gateway. */
export interface FleetNode extends NodeClient {
  /** 0, 1, 2, … */
  readonly number: number
  readonly process: ServeChild
  /** The audit's records so far. */
  readonly audit: () => Record<string, unknown>[]
}

/** What all gateways of a fleet share. */
export interface Surroundings {
  readonly product: Product
  readonly issuer: Awaited<ReturnType<typeof createIssuer>>
  /** PEM of the key that signs what the product is told of callers. */
  readonly signingKey: string
  readonly directory: string
}

export interface FleetOptions {
  readonly redisUrl: string
  /** Members of `store` besides its URL. */
  readonly store?: object
  readonly limits?: readonly object[]
  /** How long the product's answers about its credentials hold; default 30s. */
  readonly cache?: string
  /** Default 3. */
  readonly count?: number
  /** Tells apart the files of several fleets of one test. */
  readonly name?: string
}

/** The prefix of all keys of a fleet. */
export const KEY_PREFIX = 'fleet:'

export async function surroundings(t: Test): Promise<Surroundings> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    product: await startProduct(t),
    issuer: await createIssuer(t),
    signingKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    directory: t.testdir(),
  }
}

/** Starts gateways and resolves when all listen. */
export async function startFleet(
  t: Test,
  around: Surroundings,
  options: FleetOptions,
): Promise<readonly FleetNode[]> {
  const { count = 3 } = options
  return Promise.all(Array.from({ length: count }, (_, number) => startNode(t, around, options, number)))
}

/** Starts one gateway; resolves when it listens. */
export async function startNode(
  t: Test,
  around: Surroundings,
  options: FleetOptions,
  number: number,
): Promise<FleetNode> {
  const directory = join(around.directory, `${options.name ?? 'fleet'}-${number}`)
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'openapi.json'), JSON.stringify(productDocument()))
  const file = join(directory, 'postern.yaml')
  writeFileSync(file, stringify(configuration(around, options)))
  const process = await serveChild(t, file)
  const client = createNodeClient(process.origin)
  t.teardown(() => client.close())
  return {
    ...client,
    number,
    process,
    audit() {
      const lines = readFileSync(join(directory, 'audit.log'), 'utf8').split('\n')
      // The last line may be half written.
      return lines.slice(0, -1).map(line => JSON.parse(line))
    },
  }
}

function configuration({ product, issuer, signingKey }: Surroundings, options: FleetOptions): object {
  return {
    name: 'fleet',
    publicUrl: 'https://mcp.fleet.example',
    listen: { host: '127.0.0.1', port: 0 },
    store: { type: 'redis', url: options.redisUrl, keyPrefix: KEY_PREFIX, ...options.store },
    apis: [
      {
        name: 'product',
        openapi: './openapi.json',
        upstream: product.url,
        credentials: [{ type: 'forward' }, { type: 'identity' }],
        tools: {
          prefix: '',
          rules: [
            { match: { path: '/orgs/{org}/**' }, bind: { org: 'principal.organization' } },
            ...ORGANIZATIONS.map(name => ({
              match: { operation: `only_${name}` },
              when: `principal.organization == "${name}"`,
            })),
          ],
        },
      },
    ],
    auth: [
      { type: 'token' },
      {
        type: 'bearer',
        prefix: 'prd_',
        verify: {
          request: 'GET /me',
          organization: 'organization.id',
          scopes: 'scopes',
          cache: options.cache ?? '30s',
        },
      },
      { type: 'jwt', issuer: issuer.issuer, audience: AUDIENCE, organization: 'org' },
    ],
    // Counted, as everywhere, but nobody is slowed down: a refusal must say what would have become of the call.
    failedSignIns: {
      perAddress: '1000000/min',
      perSubject: '1000000/min',
      perSubjectAnywhere: '1000000/min',
    },
    admin: { path: '/admin', role: 'admin' },
    signing: { keys: [{ value: signingKey }] },
    ...(options.limits && { limits: options.limits }),
    audit: { to: 'file', path: './audit.log' },
  }
}
