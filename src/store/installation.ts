import { randomBytes } from 'node:crypto'

/** What makes one store's state this installation and no other; made once, by whoever opens the store first. */
export interface Installation {
  /** 128 random bits, base64url. */
  readonly id: string
  /**
   * 256 random bits, base64url: the key of digests that all nodes must agree on and nobody else may guess, such as the
   * ids of the product's credentials.
   */
  readonly secret: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

/** Makes a new one. */
export function newInstallation(now = Date.now()): Installation {
  return Object.freeze({
    id: randomBytes(16).toString('base64url'),
    secret: randomBytes(32).toString('base64url'),
    createdAt: now,
  })
}
