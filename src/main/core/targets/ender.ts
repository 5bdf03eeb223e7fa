import type { RootWay } from '#shared/contract/targets.ts'
import type { Exec } from '../exec/types.ts'
import { elevated } from './elevated.ts'
import { endScript } from './scripts.ts'
import type { Transport } from './transport.ts'

export type Ender = {
  /** Ends what has this mark in its environment. True: nothing of it runs any more. `mayAsk`: a window may ask for a password. Never throws. */
  end(mark: string, way: RootWay, mayAsk?: boolean): Promise<boolean>
  /**
   * Sees to it that an abort or the time limit ends a command on its own side too. `after`: once its client is gone, `stopped` says whether it
   * did not end by itself; resolves when nothing of it runs any more.
   */
  watch(options: {
    readonly mark: string
    readonly way: RootWay
    readonly signal?: AbortSignal | undefined
    readonly timeoutMs?: number | undefined
  }): { stop(): void; after(stopped: boolean): Promise<void> }
}

/** Whoever kills a client of docker or ssh leaves what it started running (https://github.com/moby/moby/issues/9098), and nobody but root ends what root runs. */
export function createEnder(exec: Pick<Exec, 'run'>, transport: Transport): Ender {
  async function end(mark: string, way: RootWay, mayAsk = false): Promise<boolean> {
    // A window that asks for a password once more would come out of the blue.
    if ((way === 'pkexec' && !mayAsk) || way === 'none') return false
    try {
      const inner = elevated(way, ['sh', '-c', endScript, 'sh', mark], {})
      const spec = await transport.wrap({ ...inner, input: false, root: way === 'direct' && transport.root === 'direct' })
      const ended = await exec.run({ ...spec, quiet: true, timeoutMs: way === 'pkexec' ? 120_000 : 20_000, killGraceMs: 500 })
      if (ended.exitCode === 0) return true
      // What was stopped as a whole has nothing that runs; what is paused goes on.
      return (await transport.unreachable(ended))?.code === 'container-not-running' && !/ is paused/.test(ended.stderr)
    } catch {
      return false // What cannot be reached cannot be ended either.
    }
  }

  return {
    end,
    watch: ({ mark, way, signal, timeoutMs }) => {
      if (!transport.leavesRunning && way === 'direct') return { stop: () => {}, after: async () => {} }
      let ending: Promise<unknown> | null = null
      const stop = () => void (ending ??= end(mark, way))
      // The client of a program that root runs here is sudo, which cannot be killed and waits for it: it is ended at once, or nothing would end.
      const atOnce = !transport.leavesRunning
      const timer = atOnce && timeoutMs !== undefined ? setTimeout(stop, timeoutMs) : null
      if (atOnce && signal?.aborted === true) stop()
      else if (atOnce) signal?.addEventListener('abort', stop, { once: true })
      return {
        stop: () => {
          if (atOnce) stop()
        },
        after: async (stopped) => {
          if (timer !== null) clearTimeout(timer)
          signal?.removeEventListener('abort', stop)
          if (stopped) await (ending ?? end(mark, way))
        },
      }
    },
  }
}
