import { resolve } from 'node:path'
import { execa } from 'execa'
import type { Ground } from './ground.ts'

const root = resolve(import.meta.dirname, '../..')

/**
 * Sets up the real (older) Electron for the smoke tests; hands over its path, or the reason why there is none, by which they are skipped. Where the
 * kit's ground is, nothing is missing that the set-up needs: that it fails there is a failure.
 */
export async function prepareElectron(ground: Ground, setUp = resolve(root, 'e2e/real-electron/setup')): Promise<void> {
  const { exitCode, stdout, stderr } = await execa('bash', [setUp], { stdin: 'ignore', stderr: ['pipe', 'inherit'], reject: false })
  if (exitCode !== 0) {
    const reason = stderr.trim().split('\n').at(-1) || `e2e/real-electron/setup ended with ${exitCode}`
    if (ground.kind === 'kit') throw new Error(`No Electron for the tests, on a ground that has what it needs: ${reason}`)
    process.env['COVE_TEST_ELECTRON_MISSING'] = reason
    console.log(`cove: Electron smoke is skipped: ${reason}`)
    return
  }
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] = stdout.trim()
  console.log('cove: Electron for tests: 25.1.1 (the kit), on a virtual display')
}
