import type { Command } from 'commander'

/** `postern lint`. */
export function registerLint(program: Command): void {
  program.command('lint')
}
