/**
 * The key of a secret as the Standard Webhooks specification writes it: `whsec_` and 24 to 64 bytes in base64;
 * undefined for anything else.
 */
export function readWebhookSecret(text: string): Buffer | undefined {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]{32,88}={0,2})$/.exec(text) ?? []
  if (encoded === undefined) return undefined
  const key = Buffer.from(encoded, 'base64')
  // Two spellings of one key, or a cut one, are a slip of whoever copied it.
  if (key.toString('base64') !== encoded || key.length < 24 || key.length > 64) return undefined
  return key
}
