/** Milliseconds between two warnings. */
const PAUSE = 30_000

/**
 * Makes a warning that is given at most twice a minute, with how many were left out since the last: an outage must not
 * fill the log, nor callers who make the product refuse.
 *
 * @param now - milliseconds since the epoch
 */
export function warnSeldom<Reason = unknown>(
  warn: (reason: Reason, leftOut: number) => void,
  now: () => number,
): (reason: Reason) => void {
  let last = Number.NEGATIVE_INFINITY
  let leftOut = 0
  return reason => {
    const at = now()
    if (at - last < PAUSE && at >= last) {
      leftOut += 1
      return
    }
    warn(reason, leftOut)
    last = at
    leftOut = 0
  }
}
