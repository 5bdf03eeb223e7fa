import { rm } from 'node:fs/promises'
import type { Tunnel } from '#shared/contract/tunnels.ts'
import { AppError, errorShape } from '../error.ts'
import { strippedText } from '../exec/stripped-text.ts'
import type { CommandSpec, Exec } from '../exec/types.ts'
import { createTunnelReader, type TunnelReport } from '../providers/minikube/tunnel.ts'
import { writeMark } from './orphans.ts'
import { endProblem, needsPassword, tunnelProblem } from './problem.ts'
import { type OwnRoute, takeRouteBack } from './route-left.ts'
import { endRest } from './end-rest.ts'

/** minikube asks the API to take the addresses of services back, and that may be slow to answer. */
const endGraceMs = 15_000
const keptLines = 20

export type SessionDeps = {
  readonly exec: Pick<Exec, 'run' | 'lines' | 'on'>
  /** GOOS of this machine. */
  readonly os: string
  readonly changed: () => void
}

export type TunnelSession = {
  readonly clusterId: string
  state(): Tunnel
  /** Resolves when nothing of it is left. The first who ends it is who did. */
  end(by: 'asked' | 'cluster'): Promise<void>
  /** Never rejects. */
  readonly ended: Promise<void>
}

export type Opening = OwnRoute & {
  readonly cluster: { readonly id: string; readonly name: string }
  readonly spec: Pick<CommandSpec, 'file' | 'args' | 'env'>
  /** Of this tunnel alone: its kubeconfig, and the mark by which a later Cove finds it. Removed at its end. */
  readonly folder: string
  /** minikube may become root. */
  readonly root: boolean
}

/** One `minikube tunnel`, from its start until nothing of it is left: process group, route, folder. */
export function openSession({ exec, os, changed }: SessionDeps, { cluster, spec, folder, root, route, undo }: Opening): TunnelSession {
  const { id: clusterId, name } = cluster
  const argv = [spec.file, ...spec.args]
  const stop = new AbortController()
  // It takes routes and addresses back after Ctrl+C alone: https://github.com/kubernetes/minikube/blob/v1.36.0/cmd/minikube/cmd/tunnel.go
  const stream = exec.lines({ ...spec, signal: stop.signal, stopSignal: 'SIGINT', killGraceMs: endGraceMs })
  let tunnel: Tunnel = {
    clusterId,
    state: 'starting',
    services: [],
    problem: null,
    endedBy: null,
    startedAt: Date.now(),
    endedAt: null,
    lines: [],
    commandId: stream.id,
  }
  const change = (part: Partial<Tunnel>) => {
    tunnel = { ...tunnel, ...part }
    changed()
  }

  let marked = Promise.resolve()
  const unlisten = exec.on((event) => {
    if (event.type !== 'command' || event.command.id !== stream.id || event.command.pid === null) return
    unlisten()
    marked = writeMark(folder, { name, route, undo, command: event.command })
  })

  function problemOf({ fault, lowPorts }: TunnelReport): AppError | null {
    if (fault !== null) return tunnelProblem(fault, { name, argv })
    // Through ssh it says nothing of a sudo that did not let it.
    return lowPorts.length > 0 && !root ? needsPassword(name, argv) : null
  }

  async function follow(): Promise<AppError | null> {
    const read = createTunnelReader()
    for await (const { text } of stream) {
      const said = read(text)
      const problem = said === null ? null : problemOf(said)
      change({
        lines: [...tunnel.lines, strippedText(text)].slice(-keptLines),
        ...(said === null ? {} : { services: [...said.services], problem: problem === null ? null : errorShape(problem) }),
        ...(said !== null && tunnel.state === 'starting' ? { state: 'running' } : {}),
      })
    }
    const result = await stream.result
    if (tunnel.endedBy !== null) return null
    const problem = endProblem(name, result)
    tunnel = { ...tunnel, endedBy: problem === null ? 'cluster' : 'itself' }
    return problem
  }

  async function whole(): Promise<void> {
    let problem: unknown = await follow().catch((error: unknown) => error)
    const { pid } = stream
    if (pid !== undefined) await endRest(exec, pid)
    // What another process holds is not this one's to take back.
    const taken = problem instanceof AppError && problem.code === 'tunnel-taken'
    if (!taken) problem = (await takeRouteBack(exec, os, name, { route, undo })) ?? problem
    unlisten()
    await marked
    await rm(folder, { recursive: true, force: true })
    change({
      state: 'ended',
      services: [],
      problem: problem === null ? null : errorShape(problem),
      endedBy: tunnel.endedBy ?? 'itself',
      endedAt: Date.now(),
    })
  }
  const ended = whole()

  return {
    clusterId,
    state: () => tunnel,
    ended,
    end: (by) => {
      if (tunnel.endedBy === null && tunnel.state !== 'ended') {
        change({ state: 'ending', endedBy: by })
        stop.abort()
      }
      return ended
    },
  }
}
