/**
 * Keeps the methods of strings fast in a process in which some class extends `String`, as one of the Redis client's does.
 *
 * V8 (13.6) turns `String.prototype` into a dictionary when such a class is made, and does not turn it back when strings
 * are used, since they are no objects: for the rest of the process, each call of a string's method, in optimised code
 * too, is a look-up of its name. Walking the members of a String object turns it back at once, and later classes change
 * nothing any more.
 */
export function keepStringsFast(): void {
  for (const _ in Object('')) break
}
