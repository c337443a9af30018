/**
 * Asks a question once for all that is asked in one piece of synchronous work: nothing can have come in since, from a
 * client or another process's caller, so a second answer could say no more. A question that throws has not been asked.
 */
export function onceInARow(ask: () => void): () => void {
  let isAsked = false
  const askAgain = () => {
    isAsked = false
  }
  return () => {
    if (isAsked) return
    ask()
    isAsked = true
    queueMicrotask(askAgain)
  }
}
