import { existsSync } from 'node:fs'
import { execa } from 'execa'
import { chromium } from '@playwright/test'
import { canInstall, install } from './apt.ts'

const known = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser']

/** Path of a Chromium, installed when there is none: Debian's package as root, else Playwright's own. Handed to the tests as COVE_TEST_CHROMIUM. */
export async function prepareBrowser(): Promise<void> {
  process.env['COVE_TEST_CHROMIUM'] = await chromiumPath()
  console.log(`cove: Chromium for tests: ${process.env['COVE_TEST_CHROMIUM']}`)
}

async function chromiumPath(): Promise<string> {
  const here = [process.env['COVE_TEST_CHROMIUM'], ...known, chromium.executablePath()].find((path) => path && existsSync(path))
  const fonts = existsSync('/usr/share/fonts/truetype/wqy') || existsSync('/usr/share/fonts/opentype/noto')
  if (here && (fonts || process.getuid?.() !== 0)) return here
  if (canInstall()) {
    await install(...(here ? [] : ['chromium']), 'fonts-wqy-microhei')
    const installed = here ?? known.find((path) => existsSync(path))
    if (installed) return installed
  }
  if (here) return here
  await execa('npx', ['playwright', 'install', 'chromium'], { stdio: ['ignore', 'inherit', 'inherit'] })
  return chromium.executablePath()
}

/** For Chromium on a machine that reaches nothing: no background requests, and no sandbox where root forbids it. */
export const chromiumArguments = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
]
