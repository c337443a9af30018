import { createInterface } from 'node:readline'
import type { Terminal } from './ask-person.ts'

/**
 * The person at the terminal; undefined where there is none, as in a pipe or a job. Questions go to standard error, so
 * that standard output has nothing but the result.
 */
export function openTerminal(): Terminal | undefined {
  const { stdin, stderr } = process
  if (!stdin.isTTY || !stderr.isTTY) return undefined
  return {
    write: text => void stderr.write(text),
    readLine: prompt =>
      new Promise(resolve => {
        const lines = createInterface({ input: stdin, output: stderr })
        let typed: string | undefined
        // Ctrl-C and Ctrl-D close it without a line.
        lines.on('SIGINT', () => lines.close())
        lines.on('close', () => {
          if (typed === undefined) stderr.write('\n')
          resolve(typed)
        })
        lines.question(prompt, line => {
          typed = line
          lines.close()
        })
      }),
  }
}
