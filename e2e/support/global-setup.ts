import { existsSync } from 'node:fs'
import type { FullConfig } from '@playwright/test'
import { canInstall, install } from './apt.ts'
import { prepareBrowser } from './browser.ts'
import { startDisplay } from './display.ts'
import { prepareElectron } from './electron.ts'
import { prepareGround } from './ground.ts'
import { sweep } from './sweep.ts'

/** Prepares only what the chosen projects need. What it starts it ends in the function it returns. */
export async function globalSetup(config: FullConfig): Promise<() => Promise<void>> {
  const chosen = process.argv.filter((each) => each.startsWith('--project')).join(' ')
  const wants = (name: string) => chosen === '' || chosen.includes(name)
  void config
  const ground = await prepareGround()
  // A single spec may run beside others' clusters; a whole run has the engine for itself.
  if (process.env['COVE_WHOLE_RUN']) await sweep(ground)
  await prepareBrowser()
  // Before any machine of a test is made of what the system has.
  if (!existsSync('/usr/bin/ssh') && canInstall()) await install('openssh-client')
  if (!wants('electron')) return () => Promise.resolve()
  await prepareElectron(ground)
  if (process.env['COVE_TEST_ELECTRON_MISSING'] !== undefined) return () => Promise.resolve()
  return startDisplay()
}

// Playwright loads global set-up by its default export (https://playwright.dev/docs/test-global-setup-teardown).
// oxlint-disable-next-line import/no-default-export
export default globalSetup
