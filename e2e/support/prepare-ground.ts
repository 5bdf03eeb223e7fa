import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { canInstall, install } from './apt.ts'
import { prepareGround } from './ground.ts'

// Unit tests of the kit's real programs and of a real engine run before Playwright prepares anything. What was found goes into the file that is named.
const { kind } = await prepareGround()
// Lines that Cove offers for copying are run in a shell.
if (kind === 'kit' && !existsSync('/usr/bin/curl') && canInstall()) await install('curl')
const [answer] = process.argv.slice(2)
if (answer) await writeFile(answer, JSON.stringify({ kind, cache: process.env['COVE_KIT_CACHE'] ?? null }))
