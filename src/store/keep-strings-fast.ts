/**
 * Keeps the methods of strings fast in a process in which some class extends `String`, as one of the Redis client's does.
 *
 * When such a class is made, V8 (13.6) turns `String.prototype` into a dictionary, since objects that become prototypes
 * are expected to be filled first. Another object would be turned back by its first use; strings are no objects, so for
 * the rest of the process each call of a string's method, even in optimised code, would be a look-up of its name. Walking
 * the members of a String object is such a use, and lasts: later classes change nothing.
 */
export function keepStringsFast(): void {
  for (const index in Object('')) throw new Error(`an empty text has a character at ${index}`)
}
