/**
 * Makes a queue that gathers what comes in during one turn of the event loop and handles it in a row at the turn's end
 * (Node's check phase), in the order in which it came.
 *
 * For work on the path of every call. Spread over a turn, between one socket's parser and the next, each piece finds
 * its code and data gone from the processor's caches; in a row, all but the first find them there. It also lets what
 * holds for everything that has come in so far be asked once for all of it, such as what was revoked until now.
 *
 * What was started for the first of a row (an AsyncLocalStorage's store, a tracer's span) is seen by all of it.
 *
 * @param handle - must not throw: who comes after would wait for ever
 */
export function inTurns<Item>(handle: (item: Item) => void): (item: Item) => void {
  let waiting: Item[] = []
  const handleAll = () => {
    const items = waiting
    waiting = []
    for (const item of items) handle(item)
  }
  return item => {
    if (waiting.push(item) === 1) setImmediate(handleAll)
  }
}
