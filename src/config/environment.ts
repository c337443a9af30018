/** The value of an environment variable, for commands that take a credential from it; undefined where unset or empty. */
export function environment(name: string): string | undefined {
  const value = process.env[name]
  return value === '' ? undefined : value
}
