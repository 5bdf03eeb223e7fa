import { type App, type BrowserWindow, dialog } from 'electron'
import { onEndSignal } from '#core/signals.ts'
import type { Words } from './words.ts'

export type QuitOptions = {
  readonly app: App
  readonly words: () => Words
  /** Subjects of the jobs that run now. */
  readonly running: () => readonly string[]
  /** How many log views are to go on while nobody looks. */
  readonly pinned: () => number
  /** Cancels what runs, removes what it made, stops core. */
  readonly dispose: () => Promise<void>
  readonly window: () => BrowserWindow | null
}

/**
 * Quits at once when nothing runs; else asks, and on yes cancels the jobs, waits for their clean-up, then quits. A window that is closed while log views are pinned asks whether they
 * go on without it; the next start opens another one on them.
 * Returns what takes the signals back from code that was loaded since: see core/signals.ts.
 */
export function guardQuit(options: QuitOptions): () => void {
  const { app } = options
  let phase: 'open' | 'asking' | 'disposing' | 'done' = 'open'

  const quit = async () => {
    phase = 'asking'
    if (options.running().length > 0 && !(await confirmed(options))) {
      if (phase === 'asking') phase = 'open'
      return
    }
    if (phase === 'asking') await finish()
  }

  const leave = async (window: BrowserWindow) => {
    phase = 'asking'
    const answer = await whatOfPinned(options, window)
    if (phase !== 'asking') return
    phase = 'open'
    if (answer === 'quit') await finish()
    else if (answer === 'close') window.destroy()
  }

  const finish = async () => {
    phase = 'disposing'
    await options.dispose().catch((error: unknown) => console.error(error))
    phase = 'done'
    app.quit()
  }

  // Whoever sends a signal is not in front of a dialog: what runs is cancelled without a question.
  const listenAgain = onEndSignal(() => {
    if (phase === 'disposing' || phase === 'done') return
    void finish()
  })

  app.on('before-quit', (event) => {
    if (phase === 'done') return
    event.preventDefault()
    if (phase === 'open') void quit()
  })

  app.on('browser-window-created', (_, window) => {
    window.on('close', (event) => {
      // On macOS an app without windows goes on, and so do its jobs. Elsewhere the last window is the app.
      if (phase === 'done' || process.platform === 'darwin') return
      const runs = options.running().length > 0
      if (!runs && options.pinned() === 0) return
      event.preventDefault()
      if (runs) app.quit()
      else if (phase === 'open') void leave(window)
    })
  })

  app.on('window-all-closed', () => {
    // With pinned views the window went by itself: see `leave`.
    if (process.platform !== 'darwin' && !(phase === 'open' && options.pinned() > 0)) app.quit()
  })
  return listenAgain
}

async function confirmed({ words, running, window }: QuitOptions): Promise<boolean> {
  const text = words()
  const subjects = running()
  const question = {
    type: 'warning' as const,
    message: text.jobsRun(subjects.length),
    detail: text.jobsDetail(subjects.join('\n')),
    buttons: [text.goBack, text.cancelAndQuit],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  }
  const over = window()
  const { response } = await (over ? dialog.showMessageBox(over, question) : dialog.showMessageBox(question))
  return response === 1
}

async function whatOfPinned({ words, pinned }: QuitOptions, window: BrowserWindow): Promise<'stay' | 'quit' | 'close'> {
  const text = words()
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: text.viewsPinned(pinned()),
    detail: text.pinnedDetail,
    buttons: [text.goBack, text.dropAndQuit, text.closeWindow],
    defaultId: 2,
    cancelId: 0,
    noLink: true,
  })
  return (['stay', 'quit', 'close'] as const)[response] ?? 'stay'
}
