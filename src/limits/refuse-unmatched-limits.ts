import { isHeld } from '../catalogue/lock/hold-riskier.ts'
import type { Catalogue } from '../catalogue/tool.ts'
import type { Config } from '../config/config.ts'
import { type ConfigProblem, configurationInvalid } from '../config/problem.ts'
import { matchToolName } from './match-tool-name.ts'

/**
 * A limit on a tool that isn't there is most likely a slip of the pen, and would limit nothing. Where tools are held
 * back until somebody approves them, it may be one of those, and nothing is said.
 *
 * @throws PosternError `configuration_invalid`
 */
export function refuseUnmatchedLimits(
  { file, limits }: Pick<Config, 'file' | 'limits'>,
  { tools, report }: Pick<Catalogue, 'tools' | 'report'>,
): void {
  const problems = limits.flatMap(({ tool }, index): readonly ConfigProblem[] =>
    [tool ?? []].flat().flatMap(name => {
      const matches = matchToolName(name)
      if (tools.some(each => matches(each.name))) return []
      return {
        path: `limits[${index}].tool`,
        value: name,
        message: 'there is no such tool, so it would limit nothing',
        fix: 'write a name that `postern tools` shows, or remove the limit',
      }
    }),
  )
  if (problems.length > 0 && !report.some(isHeld)) throw configurationInvalid(file, problems)
}
