/** The OpenAPI document of the API at `url`. */
export function describeAdmin(url: string, version: string): Record<string, unknown> {
  return { openapi: '3.1.0', info: { title: 'x', version }, servers: [{ url }] }
}
