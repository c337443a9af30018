import type { RedirectTarget } from './redirect-policy.ts'

/** Where a redirect leads, for the middle of a sentence: `the website claude.ai`. */
export function redirectPlace({ kind, shown }: Pick<RedirectTarget, 'kind' | 'shown'>): string {
  if (kind === 'https') return `the website ${shown}`
  return kind === 'loopback' ? `the program on this computer, ${shown}` : `the app on this device (${shown})`
}
