import { resolve } from 'node:path'
import { execa } from 'execa'

const root = resolve(import.meta.dirname, '../..')

/** Sets up the real (older) Electron and a virtual display for the smoke tests; hands over its path, or the reason why there is none. */
export async function prepareElectron(): Promise<void> {
  const setup = await execa('bash', [resolve(root, 'e2e/real-electron/setup')], { stdin: 'ignore', stderr: 'inherit', reject: false })
  if (setup.exitCode !== 0) {
    process.env['COVE_TEST_ELECTRON_MISSING'] = 'e2e/real-electron/setup failed; its output is above'
    console.log(`cove: Electron smoke is skipped: ${process.env['COVE_TEST_ELECTRON_MISSING']}`)
    return
  }
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] = setup.stdout.trim()
  console.log('cove: Electron for tests: 25.1.1 (the kit), on a virtual display')
}
