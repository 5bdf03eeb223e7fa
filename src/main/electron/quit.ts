import { type App, type BrowserWindow, dialog } from 'electron'
import { onEndSignal } from '#core/signals.ts'
import type { Words } from './words.ts'

export type QuitOptions = {
  readonly app: App
  readonly words: () => Words
  /** Subjects of the jobs that run now. */
  readonly running: () => readonly string[]
  /** Cancels what runs, removes what it made, stops core. */
  readonly dispose: () => Promise<void>
  readonly window: () => BrowserWindow | null
}

/**
 * Quits at once when nothing runs; else asks, and on yes cancels the jobs, waits for their clean-up, then quits.
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
      if (phase === 'done' || process.platform === 'darwin' || options.running().length === 0) return
      event.preventDefault()
      app.quit()
    })
  })

  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
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
