/** Whether a URL path is another one or above it: what is registered for it could answer for both. */
export function pathHolds(outer: string, inner: string): boolean {
  return outer === inner || outer === '/' || inner.startsWith(`${outer}/`)
}
