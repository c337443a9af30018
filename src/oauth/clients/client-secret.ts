import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { PosternError } from '../../errors.ts'

/** Makes and verifies the secrets of clients. */
export interface ClientSecrets {
  /** A new secret, to be shown once, and the hash to keep. @param prefix - of this installation’s tokens: `acme_` */
  make(prefix: string): Promise<{ readonly secret: string; readonly hash: string }>
  /** The hash of a secret that somebody else chose. */
  hash(secret: string): Promise<string>
  /**
   * Whether a secret is the one of this hash, in a time that does not tell.
   *
   * @throws PosternError `rate_limited` where too many wait already
   */
  verify(secret: string, hash: string): Promise<boolean>
}

/** How many hashes are computed at the same time, and how many may wait for that. */
export interface SecretBounds {
  readonly running: number
  readonly waiting: number
}

/**
 * Argon2id (RFC 9106) with the parameters that OWASP's Password Storage Cheat Sheet names for a server: 19 MiB, two
 * passes, one lane. Each costs memory and some 40 ms, so few run at a time, whoever asks; the rest waits in line, and
 * those for whom the line is too long are sent away. The event loop is not held up.
 */
export function createClientSecrets(bounds: SecretBounds = { running: 2, waiting: 64 }): ClientSecrets {
  const takeTurn = createTurns(bounds)
  const compute = (secret: string, salt: Buffer, cost: Cost) => takeTurn(() => derive(secret, salt, cost))

  async function hash(secret: string): Promise<string> {
    const salt = randomBytes(SALT)
    return format(COST, salt, await compute(secret, salt, COST))
  }

  return {
    async make(prefix) {
      const secret = `${prefix}ocs_${randomBytes(SECRET).toString('base64url')}`
      return { secret, hash: await hash(secret) }
    },
    hash,
    async verify(secret, kept) {
      const read = parse(kept)
      if (read === undefined || secret.length > LONGEST_SECRET) return false
      return timingSafeEqual(await compute(secret, read.salt, read.cost), read.derived)
    },
  }
}

/** `memory` in KiB. */
interface Cost {
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

const COST: Cost = Object.freeze({ memory: 19_456, passes: 2, parallelism: 1 })
const SALT = 16
const TAG = 32
/** 192 bits. */
const SECRET = 24
const LONGEST_SECRET = 2_048

function derive(secret: string, salt: Buffer, { memory, passes, parallelism }: Cost): Promise<Buffer> {
  const parameters = { message: secret, nonce: salt, parallelism, memory, passes, tagLength: TAG }
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, derived) => (error ? reject(error) : resolve(derived)))
  })
}

/** The PHC string format: parameters, salt and hash in base64 without padding. */
function format({ memory, passes, parallelism }: Cost, salt: Buffer, derived: Buffer): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(derived)}`
}

const PHC = /^\$argon2id\$v=19\$m=(\d{1,6}),t=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/

/** Undefined for what is no hash of ours, or one that would cost more than any of ours does. */
function parse(
  kept: string,
): { readonly cost: Cost; readonly salt: Buffer; readonly derived: Buffer } | undefined {
  const [, memory, passes, parallelism, salt = '', derived = ''] = PHC.exec(kept) ?? []
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  const isSane = cost.memory >= 8 && cost.memory <= 65_536 && cost.passes >= 1 && cost.passes <= 8
  if (!isSane || cost.parallelism !== 1) return undefined
  return { cost, salt: Buffer.from(salt, 'base64'), derived: Buffer.from(derived, 'base64') }
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}

/** Runs work in the order in which it came, so much at a time. */
function createTurns({ running, waiting }: SecretBounds): <T>(work: () => Promise<T>) => Promise<T> {
  let active = 0
  const line: (() => void)[] = []
  return async work => {
    if (active >= running) {
      if (line.length >= waiting) throw tooBusy()
      // Whoever ends hands its place on, so that nobody who comes now gets in between.
      await new Promise<void>(resolve => line.push(resolve))
    } else {
      active++
    }
    try {
      return await work()
    } finally {
      const next = line.shift()
      if (next === undefined) active--
      else next()
    }
  }
}

function tooBusy(): PosternError {
  return new PosternError('rate_limited', {
    message: 'Too many clients present a secret at the same time. Try again in a moment.',
    headers: { 'Retry-After': '1' },
  })
}
