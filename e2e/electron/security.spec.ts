import { readFile, stat } from 'node:fs/promises'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from './launch.ts'

// What Electron's own checklist asks for, read back from a running window: https://www.electronjs.org/docs/latest/tutorial/security
// (Fuses and the asar are read back from the package in e2e/package.)
test('the window has a sandbox, an isolated context and nothing of Node', async ({ open }) => {
  const { app, page } = await open()
  const preferences = await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) =>
      (window.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences(),
    ),
  )
  expect(preferences).toHaveLength(1)
  expect(preferences[0]).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
  })
  expect(preferences[0]?.['enableBlinkFeatures'] ?? '').toBe('')
  const found = await page.evaluate(() => {
    const names = ['require', 'module', 'process', 'Buffer', 'global', '__dirname', 'electron', 'ipcRenderer', 'cove', 'api']
    return names.filter((name) => name in window)
  })
  expect(found).toEqual([])
})

test('the page comes from app://cove under a policy without exceptions', async ({ open }) => {
  const { page } = await open()
  expect(page.url()).toMatch(/^app:\/\/cove\//)
  const policy = await page.evaluate(async () => (await fetch('app://cove/')).headers.get('content-security-policy'))
  expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'/)
  expect(policy).not.toContain('unsafe')

  const ran = await page.evaluate(async () => {
    const outcome = window as unknown as { inline?: boolean; timer?: boolean }
    const attempt = (work: () => unknown) => {
      try {
        work()
      } catch {
        // Refused aloud; what counts is that it did not run.
      }
    }
    // Strings are not scripts here: neither the policy nor trusted types let them pass. (A bare eval would run: Playwright lifts the ban for its own code.)
    attempt(() => setTimeout('window.timer = true' as unknown as () => void))
    attempt(() => {
      const script = document.createElement('script')
      script.text = 'window.inline = true'
      document.body.append(script)
    })
    await new Promise((next) => setTimeout(next, 100))
    return {
      timer: outcome.timer === true,
      inline: outcome.inline === true,
      remote: await fetch('https://example.com/').then(
        () => 'loaded',
        () => 'refused',
      ),
      file: await fetch('file:///etc/passwd').then(
        () => 'loaded',
        () => 'refused',
      ),
      style: (() => {
        const box = document.createElement('div')
        box.style.width = '7px'
        document.body.append(box)
        return getComputedStyle(box).width
      })(),
    }
  })
  expect(ran).toEqual({ timer: false, inline: false, remote: 'refused', file: 'refused', style: '7px' })
})

test('app:// gives out the page and nothing else of the disk', async ({ open }) => {
  const { page } = await open()
  const statuses = await page.evaluate(async () => {
    const paths = [
      '/package.json',
      '/../package.json',
      '/%2e%2e/package.json',
      '/..%2fmain%2felectron.cjs',
      '/.%2f..%2fpackage.json',
      '/assets',
      '/etc/passwd',
      '//etc/passwd',
    ]
    return Promise.all(paths.map(async (path) => (await fetch(`app://cove${path}`)).status))
  })
  expect(statuses).toEqual(statuses.map(() => 404))
  expect(await page.evaluate(async () => (await fetch('app://cove/', { method: 'POST', body: 'x' })).status)).toBe(404)
  expect(
    await page.evaluate(() =>
      fetch('app://elsewhere/').then(
        (answer) => answer.status,
        () => 'refused',
      ),
    ),
  ).toBe('refused')
})

test('the page can neither leave, nor open windows, frames or webviews', async ({ open }) => {
  const { app, page } = await open()
  for (const target of ['https://example.com/', 'file:///etc/passwd', 'data:text/html,hello', 'app://elsewhere/'])
    await page.evaluate((url) => {
      const link = document.createElement('a')
      link.href = url
      document.body.append(link)
      link.click()
    }, target)
  await page.waitForTimeout(300)
  expect(page.url()).toMatch(/^app:\/\/cove\/(#|$)/)

  expect(await page.evaluate(() => window.open('https://example.com/') === null)).toBe(true)
  expect(await page.evaluate(() => window.open('app://cove/') === null)).toBe(true)
  await page.evaluate(() => {
    for (const tag of ['iframe', 'webview', 'object', 'embed']) {
      const element = document.createElement(tag)
      try {
        element.setAttribute(tag === 'object' ? 'data' : 'src', 'https://example.com/')
      } catch {
        // Trusted types refuse some aloud.
      }
      document.body.append(element)
    }
  })
  await page.waitForTimeout(300)
  const contents = await app.evaluate(({ webContents }) => webContents.getAllWebContents().map((each) => each.getType()))
  expect(contents).toEqual(['window'])
})

test('only known https addresses reach the operating system', async ({ open }) => {
  const { app, page } = await open()
  await app.evaluate(({ shell }) => {
    const seen: string[] = []
    Object.assign(globalThis, { opened: seen })
    shell.openExternal = async (url: string) => void seen.push(url)
  })
  await page.evaluate(() => {
    for (const url of [
      'https://evil.example/',
      'http://kubernetes.io/',
      'file:///usr/bin/xcalc',
      'https://kubernetes.io@evil.example/',
      'https://kubernetes.io/docs/',
    ])
      window.open(url)
  })
  const opened = () => app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened)
  await expect.poll(opened).toEqual(['https://kubernetes.io/docs/'])
})

test('no permission is given but writing text to the clipboard', async ({ open }) => {
  const { page } = await open()
  const answers = await page.evaluate(async () => {
    const outcome = (work: Promise<unknown>) =>
      work.then(
        () => 'given',
        () => 'refused',
      )
    const state = async (name: string) => (await navigator.permissions.query({ name: name as PermissionName })).state
    return {
      notifications: await Notification.requestPermission(),
      geolocation: await state('geolocation'),
      camera: await outcome(navigator.mediaDevices.getUserMedia({ video: true })),
      midi: await outcome(navigator.requestMIDIAccess({ sysex: true })),
      // Asked for, not tried: without a window manager no document has the focus that the clipboard wants.
      readClipboard: await state('clipboard-read'),
      copy: await state('clipboard-write'),
    }
  })
  expect(answers).toEqual({
    notifications: 'denied',
    geolocation: 'denied',
    camera: 'refused',
    midi: 'refused',
    readClipboard: 'denied',
    copy: 'granted',
  })
})

test('a page that is not ours gets no port to core', async ({ open }) => {
  const { app } = await open()
  const preload = await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as { getLastWebPreferences(): { preload: string } }
    const preferences = contents.getLastWebPreferences()
    return preferences.preload
  })
  // Even with the preload: another site's document in a window of this app, asking as the page would.
  const site = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<title>stranger</title>')).listen(
    0,
    '127.0.0.1',
  )
  await once(site, 'listening')
  const opened = app.waitForEvent('window')
  await app.evaluate(
    async ({ BrowserWindow, session }, [file, port]) => {
      const stranger = new BrowserWindow({ show: false, webPreferences: { preload: file, session: session.fromPartition('stranger') } })
      await stranger.loadURL(`http://127.0.0.1:${port}/`)
    },
    [preload, (site.address() as AddressInfo).port] as const,
  )
  const stranger = await opened
  const answer = await stranger.evaluate(
    () =>
      new Promise((resolve) => {
        window.addEventListener('message', (event) => {
          const port = event.ports[0]
          if (event.data !== 'cove:port' || !port) return
          port.onmessage = () => resolve('core answered')
          port.postMessage(JSON.stringify({ i: '1', p: { u: '/host/info', b: {} } }))
        })
        window.postMessage('cove:port?', window.location.origin)
        setTimeout(() => resolve('nothing came'), 1500)
      }),
  )
  expect(answer).toBe('nothing came')
  site.closeAllConnections()
  site.close()
})

test('what the page made, or wished core to send, may be saved to a file, and nothing else', async ({ open }) => {
  const { app, page, home } = await open()
  const target = join(home, 'saved.log')
  await app.evaluate(({ session }, path) => {
    const seen: string[] = []
    Object.assign(globalThis, { downloads: seen })
    // In front of a person the system asks where to.
    session.defaultSession.on('will-download', (event, item) => {
      seen.push(`${item.getURL().split('/')[0]} ${event.defaultPrevented ? 'refused' : 'let through'}`)
      if (event.defaultPrevented) return
      item.setSavePath(path)
      item.once('done', (_, state) => seen.push(state))
    })
  }, target)
  const press = (href: string | null) =>
    page.evaluate((address) => {
      const link = document.createElement('a')
      link.href = address ?? URL.createObjectURL(new Blob(['line 1\n行 2\n']))
      link.download = 'any'
      link.click()
    }, href)
  const downloads = () => app.evaluate(() => (globalThis as unknown as { downloads: string[] }).downloads)
  await press('app://cove/index.html')
  await expect.poll(downloads).toEqual(['app: refused'])
  await press('app://cove/save/../index.html')
  await expect.poll(downloads).toEqual(['app: refused', 'app: refused'])
  // Where core gives out what was wished (logs.spec.ts) there is nothing else, and so no file.
  await press('app://cove/save/AAAA')
  await expect.poll(downloads).toEqual(['app: refused', 'app: refused', 'app: let through', 'interrupted'])
  await expect(stat(target)).rejects.toThrow('ENOENT')
  await press(null)
  await expect.poll(async () => (await downloads()).slice(4)).toEqual(['blob:app: let through', 'completed'])
  await expect.poll(() => readFile(target, 'utf8').catch(() => '')).toBe('line 1\n行 2\n')
})
