import { type BrowserWindow, Menu, type MenuItemConstructorOptions } from 'electron'
import { openExternal } from './lock-down.ts'
import { pageUrl } from './page-protocol.ts'
import type { Words } from './words.ts'

/** Application menu: standard roles, and the pages by number. Everything else is in the page, where `cove serve` has it too. */
export function setMenu(words: Words, isMac: boolean, window: () => BrowserWindow): void {
  const go = (label: string, route: string, accelerator: string): MenuItemConstructorOptions => ({
    label,
    accelerator,
    // Only the part behind # changes, so this is a navigation within the page.
    click: () =>
      void window()
        .loadURL(`${pageUrl}#${route}`)
        .catch(() => {}),
  })
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    { role: 'fileMenu' },
    { role: 'editMenu' },
    {
      label: words.go,
      submenu: [
        go(words.clusters, '/clusters', 'CmdOrCtrl+1'),
        go(words.logs, '/logs', 'CmdOrCtrl+2'),
        go(words.contexts, '/contexts', 'CmdOrCtrl+3'),
        go(words.machine, '/machine', 'CmdOrCtrl+4'),
        go(words.activity, '/activity', 'CmdOrCtrl+5'),
        { type: 'separator' },
        go(words.settings, '/settings', 'CmdOrCtrl+,'),
      ],
    },
    {
      role: 'viewMenu',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...(import.meta.env.DEV ? ([{ role: 'reload' }, { role: 'toggleDevTools' }] as const) : []),
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      label: words.help,
      submenu: [{ label: words.kubernetesHelp, click: () => void openExternal('https://kubernetes.io/docs/home/').catch(() => {}) }],
    },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
