/** What the promise rejects with; a promise that resolves is a failure of the test. */
export async function caught(promise: Promise<unknown>): Promise<unknown> {
  const fulfilled = Symbol('fulfilled')
  const outcome = await promise.then(
    () => fulfilled,
    (error: unknown) => error,
  )
  if (outcome === fulfilled) throw new Error('it was expected to fail, and did not')
  return outcome
}
