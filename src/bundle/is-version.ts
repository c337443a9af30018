/** Whether a text is a semantic version, as a manifest must have it (semver.org 2.0.0, but for leading zeros). */
export function isVersion(text: string): boolean {
  return VERSION.test(text)
}

const VERSION = /^\d{1,9}\.\d{1,9}\.\d{1,9}(?:-[0-9A-Za-z.-]{1,64})?(?:\+[0-9A-Za-z.-]{1,64})?$/
