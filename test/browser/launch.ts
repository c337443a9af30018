/** A real browser for one test: headless Chromium, whichever the machine has, ended with the test. */
import { accessSync, constants } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import type { Test } from 'tap'

/** Any of these will do; `scripts/install-test-servers.ts` has the same names. */
const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

const MISSING =
  'chromium is not installed. On Debian and Ubuntu: apt-get install chromium (as root, `npm test` does it itself); ' +
  'on macOS: brew install chromium. Google Chrome will do.'

/**
 * What `skip` of a test is: false, or why it is skipped.
 *
 * @throws where `CI` is set and there is no browser, because there nobody would see that it was skipped
 */
export function withoutBrowser(): string | false {
  if (findBrowser() !== undefined) return false
  if (!['', '0', 'false', undefined].includes(process.env.CI?.toLowerCase())) throw new Error(MISSING)
  return MISSING
}

/** Starts the browser. Each call of `newContext` on it is a person of their own, with no cookies. */
export async function launch(t: Test): Promise<Browser> {
  const executablePath = findBrowser()
  if (executablePath === undefined) throw new Error(MISSING)
  const browser = await chromium.launch({
    executablePath,
    headless: true,
    // Chromium's sandbox refuses to be started by root, as containers do.
    chromiumSandbox: process.getuid?.() !== 0,
    // Nothing but the pages of the test is to be asked for; small containers have little shared memory.
    args: ['--disable-dev-shm-usage', '--disable-background-networking', '--no-first-run', '--disable-gpu'],
    timeout: 60_000,
  })
  t.teardown(() => browser.close())
  return browser
}

/** Its absolute path, as the driver asks for. */
function findBrowser(): string | undefined {
  const directories = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute)
  return COMMANDS.flatMap(command => directories.map(directory => join(directory, command))).find(
    isExecutable,
  )
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
