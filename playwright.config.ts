import { defineConfig } from '@playwright/test'
import { chromiumArguments } from './e2e/support/browser.ts'

process.env['ELECTRON_OVERRIDE_DIST_PATH'] ??= '/nonexistent'

const whole = process.env['COVE_WHOLE_RUN'] !== undefined

/**
 * Specs that make no cluster: bare hosts, scripted tools, pages. By its name the one that does, of minikube, comes last, minutes after those beside it that
 * count what the engine holds, or stop nodes and want their addresses back. Both sides take equally long.
 */
const besideClusters =
  /web\/(?:designer|host-checks|hostile-names|hostile-nodes|keyboard|kubeadm|kubeadm-config|kubeadm-upgrade|kubectl-proxy|logs-reading|logs-view|machine|own-kernel|runtimes|setup|silent-tools|targets|tools|downloads|with-minikube)\.spec\.ts$/
/** Stops the engine, which nobody else may need meanwhile. */
const alone = /web\/outside\.spec\.ts$/
const inChromium = {
  browserName: 'chromium',
  launchOptions: {
    ...(process.env['COVE_TEST_CHROMIUM'] ? { executablePath: process.env['COVE_TEST_CHROMIUM'] } : {}),
    args: chromiumArguments,
    // Without a locale Chromium takes the letters of a path for ASCII, and a download into such a folder is nowhere.
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  },
} as const

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/support/global-setup.ts',
  outputDir: 'test-results',
  // One real engine and two cores: clusters side by side only slow each other down. What needs no cluster goes beside them, as they often wait.
  workers: 2,
  fullyParallel: false,
  forbidOnly: !!process.env['CI'],
  // One of a hundred real runs that fails by the machine's load must not hide what the other 99 say; which it was is printed as flaky.
  retries: whole ? 1 : 0,
  timeout: 240_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    actionTimeout: 20_000,
    trace: whole ? 'on-first-retry' : 'retain-on-failure',
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    // Drawing a sign that turns while a test waits took a third of both cores, from the clusters that it waits for.
    contextOptions: { reducedMotion: 'reduce' },
  },
  projects: [
    { name: 'web', testMatch: 'web/**/*.spec.ts', testIgnore: [besideClusters, alone], workers: 1, use: inChromium },
    { name: 'hosts', testMatch: besideClusters, workers: 1, use: inChromium },
    { name: 'alone', testMatch: alone, workers: 1, use: inChromium },
    { name: 'electron', testMatch: 'electron/**/*.spec.ts', workers: 1 },
  ],
})
