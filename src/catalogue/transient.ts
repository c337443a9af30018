/**
 * A function that makes its value when it is asked for and gives the same one as long as it is in memory. Nothing
 * here keeps it there: between two tasks of the event loop the garbage collector may take it, and the next question
 * makes it again. For what is large, seldom asked for and the same however often it is made.
 *
 * @param made - the value, where it is there already
 */
export function transient<T extends object>(make: () => T, made?: T): () => T {
  let known = made === undefined ? undefined : new WeakRef(made)
  return () => {
    const alive = known?.deref()
    if (alive !== undefined) return alive
    const value = make()
    known = new WeakRef(value)
    return value
  }
}
