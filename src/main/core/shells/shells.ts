import { randomUUID } from 'node:crypto'
import type { ShellEvent } from '#shared/contract/nodes.ts'
import { endInContainer } from '../engines/end-in-container.ts'
import { dockerFailure } from '../engines/run-docker.ts'
import type { Engines } from '../engines/types.ts'
import { AppError } from '../error.ts'
import type { CommandResult, CommandSession, Exec } from '../exec/types.ts'
import { containerNode, type FindCluster } from '../nodes/find.ts'
import { openScript, resizeScript, scriptAbsent } from './scripts.ts'

export type ShellsDeps = {
  readonly exec: Pick<Exec, 'run' | 'session'>
  readonly engines: Pick<Engines, 'require' | 'explain'>
  readonly find: FindCluster
  /** Shells at one time. */
  readonly max?: number
}

/** How far core sends ahead of what the page has shown. */
const ahead = 512 * 1024

export type Size = { readonly rows: number; readonly cols: number }

/** Shells in the nodes of local clusters. One that is unknown, or over, throws `not-found` (what: shell). */
export type Shells = {
  /**
   * `opened`, then what its terminal shows, then `ended`. The shell lives as long as this is read: left or aborted, everything that was started in it is ended in the node too.
   * The reader's pace is the shell's: `taken`. Throws `not-found` (node), `shell-unavailable`, `shells-too-many`, `engine-*`, `command-failed`.
   */
  open(where: { readonly id: string; readonly node: string } & Size, signal: AbortSignal): AsyncGenerator<ShellEvent, void>
  write(shellId: string, data: string): Promise<void>
  resize(shellId: string, size: Size): Promise<void>
  /** The page has shown so much more of the output. A shell that is over has no use for it. */
  taken(shellId: string, length: number): void
  /** Resolves when nothing of it runs any more. */
  close(shellId: string): Promise<void>
  dispose(): Promise<void>
}

type OpenShell = {
  readonly session: CommandSession
  /** Resolves when nothing of it runs any more, here and in the node. */
  close(): Promise<void>
  closed(): boolean
  taken(length: number): void
  /** Resolves when so much more may be sent. */
  room(length: number): Promise<void>
  resize(size: Size): Promise<void>
}

export function createShells({ exec, engines, find, max = 16 }: ShellsDeps): Shells {
  const shells = new Map<string, OpenShell>()
  let opening = 0
  let disposed = false

  const known = (shellId: string): OpenShell => {
    const shell = shells.get(shellId)
    if (shell === undefined) throw new AppError('not-found', { what: 'shell', name: shellId })
    return shell
  }

  async function start({ id, node, rows, cols }: { id: string; node: string } & Size): Promise<[string, OpenShell, string]> {
    if (disposed || shells.size + opening >= max) throw new AppError('shells-too-many', { max })
    opening += 1
    try {
      const { containerId } = containerNode(await find(id), node)
      const { docker } = await engines.require()
      if (disposed) throw new AppError('cancelled', {})
      const shellId = randomUUID()
      const mark = `COVE_SHELL=${shellId}`
      const env = [mark, `COVE_ROWS=${rows}`, `COVE_COLS=${cols}`, 'TERM=xterm-256color', 'LANG=C.UTF-8'].map((pair) => `--env=${pair}`)
      const session = exec.session({
        file: docker,
        args: ['exec', '--interactive', ...env, '--', containerId, 'sh', '-c', openScript],
        killGraceMs: 500,
      })
      session.result.catch(() => undefined)
      let closing: Promise<void> | null = null
      let unshown = 0
      let wake = () => {}
      const shell: OpenShell = {
        session,
        close: () =>
          (closing ??= (async () => {
            shells.delete(shellId)
            wake()
            // First in the node: what is killed here loses its way there.
            await endInContainer(exec, docker, containerId, mark, 'kill')
            await session.kill()
          })()),
        closed: () => closing !== null,
        taken: (length) => {
          unshown = Math.max(0, unshown - length)
          wake()
        },
        room: async (length) => {
          unshown += length
          while (unshown > ahead && closing === null) await new Promise<void>((resolve) => (wake = resolve))
        },
        resize: latest(async (size: Size) => {
          const args = ['exec', '--', containerId, 'sh', '-c', resizeScript, 'sh', mark, String(size.rows), String(size.cols)]
          await exec.run({ file: docker, args, quiet: true, timeoutMs: 5_000 }).catch(() => undefined)
        }),
      }
      shells.set(shellId, shell)
      void session.result.then(
        () => shells.delete(shellId),
        () => shells.delete(shellId),
      )
      return [shellId, shell, node]
    } finally {
      opening -= 1
    }
  }

  async function* open(
    where: { readonly id: string; readonly node: string } & Size,
    signal: AbortSignal,
  ): AsyncGenerator<ShellEvent, void> {
    if (signal.aborted) return
    const [shellId, shell, node] = await start(where)
    const close = () => void shell.close()
    signal.addEventListener('abort', close, { once: true })
    let ended = false
    try {
      yield { type: 'opened', shellId }
      // Bytes of one character may come in two pieces.
      const decoder = new TextDecoder()
      for await (const chunk of shell.session.output) {
        if (signal.aborted) return
        const data = decoder.decode(chunk, { stream: true })
        if (data === '') continue
        yield { type: 'output', data }
        await shell.room(data.length)
      }
      const result = await shell.session.result
      ended = !result.cancelled && !shell.closed()
      if (!ended) return
      const failure = failureOf(engines, node, result)
      if (failure !== null) throw failure
      yield { type: 'ended', exitCode: result.exitCode }
    } finally {
      signal.removeEventListener('abort', close)
      // Who leaves the shell leaves what was put into the background there, as in any terminal.
      if (!ended) await shell.close()
    }
  }

  return {
    open,
    write: async (shellId, data) => known(shellId).session.write(data),
    resize: async (shellId, size) => known(shellId).resize(size),
    taken: (shellId, length) => shells.get(shellId)?.taken(length),
    close: async (shellId) => shells.get(shellId)?.close(),
    dispose: async () => {
      disposed = true
      await Promise.all([...shells.values()].map((shell) => shell.close()))
    },
  }
}

/** A shell's own exit code is no failure; only what docker says on stderr is. */
function failureOf(engines: Pick<Engines, 'explain'>, node: string, result: CommandResult): AppError | null {
  const absent = scriptAbsent.exec(result.stderr)?.[1]
  if (absent !== undefined) return new AppError('shell-unavailable', { node, program: absent }, { commandId: result.id })
  if (result.exitCode === 0 || result.stderr.trim() === '') return null
  const own = (stderr: string) => {
    if (/executable file not found/i.test(stderr)) return new AppError('shell-unavailable', { node, program: 'sh' })
    return /No such container|is not running|is paused/i.test(stderr) ? new AppError('not-found', { what: 'node', name: node }) : null
  }
  return dockerFailure(engines, result, own, `docker exec ${node}`)
}

/** Of calls that come while one runs only the last one is done. */
function latest<T>(work: (input: T) => Promise<void>): (input: T) => Promise<void> {
  let running: Promise<void> | null = null
  let next: { readonly input: T } | null = null
  const run = async () => {
    for (let now = next; now !== null; now = next) {
      next = null
      await work(now.input)
    }
    running = null
  }
  return (input) => {
    next = { input }
    running ??= run()
    return running
  }
}
