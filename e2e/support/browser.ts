import { existsSync } from 'node:fs'
import { execa } from 'execa'
import { chromium } from '@playwright/test'

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
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    const apt = (...args: string[]) =>
      execa('apt-get', ['-o', 'DPkg::Lock::Timeout=600', '-qqy', ...args], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { DEBIAN_FRONTEND: 'noninteractive' },
        reject: false,
      })
    const packages = ['--no-install-recommends', ...(here ? [] : ['chromium']), 'fonts-wqy-microhei']
    if ((await apt('install', ...packages)).exitCode !== 0) {
      await apt('update')
      await apt('install', ...packages)
    }
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
