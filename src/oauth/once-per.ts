/**
 * Makes the function that answers what follows from a part of the configuration, made when it is first asked for. It is
 * kept as long as that part is in force: a reload brings other objects, and so other answers.
 */
export function oncePer<Part extends object, Answer extends object>(
  make: (part: Part) => Answer,
): (part: Part) => Answer {
  const made = new WeakMap<Part, Answer>()
  return part => {
    const known = made.get(part)
    if (known !== undefined) return known
    const answer = make(part)
    made.set(part, answer)
    return answer
  }
}
