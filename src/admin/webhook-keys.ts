import type { AdminConfig } from '../config/schema.ts'
import { readWebhookSecret } from '../config/webhook-secret.ts'

const read = new WeakMap<object, readonly Buffer[]>()

/** The keys that signatures are made with, read once per configuration; none where no webhook is configured. */
export function readKeys(webhook: AdminConfig['webhook']): readonly Buffer[] {
  if (webhook === undefined) return []
  const known = read.get(webhook)
  if (known !== undefined) return known
  const keys = webhook.secrets.flatMap(secret => readWebhookSecret(secret) ?? [])
  read.set(webhook, keys)
  return keys
}
