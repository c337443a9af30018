const { NODE_COMPILE_CACHE } = process.env

/**
 * The run's compile cache, for the environment of processes that are given one of their own: without it, each of them
 * compiles all sources when it starts, which takes a second.
 */
export const COMPILE_CACHE: Readonly<Record<string, string>> =
  NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }
