import type { ShellEvent } from '#shared/contract/nodes.ts'
import type { Api } from '../../api/client.ts'

export type ShellSize = { readonly rows: number; readonly cols: number }
export type ShellApi = Pick<Api['shell'], 'open' | 'write' | 'resize' | 'taken' | 'close'>

export type ShellLine = {
  /** Resolves when the shell is there; never where it is refused. */
  readonly opened: Promise<void>
  /** Resolves with the end of the shell; rejects with why it could not be opened or was lost. */
  readonly ended: Promise<{ readonly exitCode: number | null }>
  type(data: string): void
  resize(size: ShellSize): void
  /** Ends the shell. */
  close(): void
}

const largestWrite = 60_000
/** What was shown is told in pieces of this size, not letter by letter. */
const tellEvery = 65_536
const resizeEveryMs = 120

/** One shell of a node: what it prints is handed to `show`, which resolves when it is on the screen. What is typed keeps its order. */
export function openShellLine(
  where: { readonly id: string; readonly node: string } & ShellSize,
  show: (data: string) => Promise<void>,
  api: ShellApi,
): ShellLine {
  const stop = new AbortController()
  let shellId: string | null = null
  let typed = ''
  let sending = false
  let size: ShellSize | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  const opened = Promise.withResolvers<void>()
  // What fails here fails the stream too, which says why.
  const quiet = () => undefined

  async function send() {
    if (sending || shellId === null) return
    sending = true
    while (typed !== '' && !stop.signal.aborted) {
      const data = typed.slice(0, largestWrite)
      typed = typed.slice(data.length)
      await api.write({ shellId, data }).catch(quiet)
    }
    sending = false
  }

  function tellSize() {
    clearTimeout(timer)
    if (shellId !== null && size !== null) void api.resize({ shellId, ...size }).catch(quiet)
  }

  async function follow(): Promise<{ exitCode: number | null }> {
    let untold = 0
    let silent = true
    for await (const event of (await api.open(where, { signal: stop.signal })) as AsyncIterable<ShellEvent>) {
      if (event.type === 'opened') {
        shellId = event.shellId
        opened.resolve()
        tellSize()
        void send()
      } else if (event.type === 'output') {
        // Its terminal in the node may have come after the size was told: with what it prints first it is there.
        if (silent) tellSize()
        silent = false
        await show(event.data)
        untold += event.data.length
        if (untold < tellEvery || shellId === null) continue
        void api.taken({ shellId, length: untold }).catch(quiet)
        untold = 0
      } else return { exitCode: event.exitCode }
    }
    return { exitCode: null }
  }

  return {
    opened: opened.promise,
    ended: follow().finally(() => clearTimeout(timer)),
    type: (data) => {
      typed += data
      void send()
    },
    resize: (next) => {
      size = next
      clearTimeout(timer)
      timer = setTimeout(tellSize, resizeEveryMs)
    },
    close: () => {
      if (shellId !== null) void api.close({ shellId }).catch(quiet)
      stop.abort()
    },
  }
}
