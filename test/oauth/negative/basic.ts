/** `Authorization: Basic` with id and secret form-encoded (RFC 6749 section 2.3.1). */
export function basic(id: string, secret: string): { readonly authorization: string } {
  return rawBasic(`${formEncoded(id)}:${formEncoded(secret)}`)
}

/** The same of any text. */
export function rawBasic(
  text: string,
  encoding: 'utf8' | 'latin1' = 'utf8',
): { readonly authorization: string } {
  return { authorization: `Basic ${Buffer.from(text, encoding).toString('base64')}` }
}

function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1)
}
