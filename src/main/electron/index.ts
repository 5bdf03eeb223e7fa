import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { app, type BrowserWindow, session } from 'electron'
import type { RunningApp } from '#core/app.ts'
import { defaultDataDir } from '#core/data-dir.ts'
import { readFirstFiles } from './first-files.ts'
import { lockDownContents, lockDownSession, openExternal } from './lock-down.ts'
import { setMenu } from './menu.ts'
import { handlePageScheme, registerPageScheme } from './page-protocol.ts'
import { handPortsOver } from './page-port.ts'
import { guardQuit } from './quit.ts'
import { openWindow } from './window.ts'
import { wordsFor } from './words.ts'

const here = dirname(fileURLToPath(import.meta.url))
const preload = join(here, '..', 'preload', 'index.cjs')
const rendererDir = join(here, '..', 'renderer')

let window: BrowserWindow | null = null
let running: RunningApp | null = null

function showWindow(): BrowserWindow {
  if (!window || window.isDestroyed()) {
    const opened = openWindow(preload)
    opened.on('closed', () => {
      if (window === opened) window = null
    })
    window = opened
  }
  if (window.isMinimized()) window.restore()
  return window
}

/** Core is loaded when the first window has all its code, or after this: this process hands it over, and must not be busy with other code meanwhile. */
const firstPageMs = 1000

async function loadCore(loaded: () => void): Promise<RunningApp> {
  const dataDir = defaultDataDir(process.platform, process.env, homedir())
  const [{ createApp }, { openSettingsFile }] = await Promise.all([import('#core/app.ts'), import('./settings-file.ts')])
  loaded()
  return createApp({
    dataDir,
    homeDir: homedir(),
    env: process.env,
    host: { kind: 'electron', openUrl: openExternal },
    version: app.getVersion(),
    settingsFile: openSettingsFile(dataDir),
  })
}

async function start(): Promise<void> {
  let pageSent = () => {}
  const firstPage = new Promise<void>((resolve) => (pageSent = resolve))
  let loading: Promise<RunningApp> | null = null
  const core = firstPage.then(() => (loading = loadCore(() => listenAgain())))
  const words = () => wordsFor(running?.language() ?? 'system', app.getLocale())

  handPortsOver(async () => (await core).serve)
  const listenAgain = guardQuit({
    app,
    words,
    running: () => running?.running().map((job) => `${job.kind} ${job.subject}`) ?? [],
    pinned: () => running?.pinnedViews() ?? 0,
    dispose: async () => (await loading)?.dispose(),
    window: () => window,
  })

  const files = readFirstFiles(rendererDir)
  await app.whenReady()
  lockDownSession(session.defaultSession)
  handlePageScheme({ read: files, download: async (id) => (await core).download(id), onSent: pageSent })
  showWindow()
  setTimeout(pageSent, firstPageMs)
  app.on('activate', () => showWindow().show())
  app.on('second-instance', () => showWindow().focus())

  running = await core
  setMenu(words(), process.platform === 'darwin', showWindow)
  running.onSettings(() => setMenu(words(), process.platform === 'darwin', showWindow))
  running.start()
}

// Every window asks for the sandbox itself. Root cannot have Chromium's, and says so with this switch; forcing it would end in a crash loop.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
if (app.requestSingleInstanceLock()) {
  registerPageScheme()
  lockDownContents(app)
  start().catch((error: unknown) => {
    console.error(error)
    app.exit(1)
  })
} else {
  app.quit()
}
