/**
 * Makes a report that is given at most once in a while, with how many were left out since the last: neither an outage nor
 * callers who provoke it must fill the log.
 *
 * @param pause - milliseconds between two reports
 * @param now - milliseconds since the epoch
 */
export function tellSeldom<Report = unknown>(
  tell: (report: Report, leftOut: number) => void,
  pause: number,
  now: () => number,
): (report: Report) => void {
  let last = Number.NEGATIVE_INFINITY
  let leftOut = 0
  return report => {
    const at = now()
    if (at - last < pause && at >= last) {
      leftOut += 1
      return
    }
    tell(report, leftOut)
    last = at
    leftOut = 0
  }
}
