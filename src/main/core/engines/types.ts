import type { Engine } from '#shared/contract/toolchain.ts'

export type EngineImage = {
  readonly id: string
  readonly ref: string
  readonly sizeBytes: number
  readonly labels: Readonly<Record<string, string>>
}

export type EngineContainer = {
  readonly id: string
  readonly name: string
  readonly image: string
  readonly labels: Readonly<Record<string, string>>
  /** As `docker ps` says: running, exited, paused, created, restarting, removing, dead. */
  readonly state: string
  readonly exitCode: number | null
  /** ms since 1970 */
  readonly createdAt: number | null
  readonly ports: readonly {
    readonly hostIp: string
    readonly hostPort: number
    readonly containerPort: number
    readonly protocol: string
  }[]
}

export type Engines = {
  /** Never throws. Asks `docker version` (10 s limit) unless the answer is younger than 2 s; concurrent calls share one. */
  status(options?: { fresh?: boolean }): Promise<Engine>
  /** What is known now, `loading` before the first answer. */
  known(): Engine
  /** Path of docker, or throws the AppError that says exactly what is wrong: engine-absent, -stopped, -no-permission, -wrong-context, -unknown. */
  require(): Promise<{ readonly docker: string; readonly engine: Engine }>
  /** Containers, stopped ones too, with a label (`docker ps -a --no-trunc --filter label=…`). Throws as `require`. */
  containers(label: string): Promise<EngineContainer[]>
  /** Images whose repository matches (`kindest/node`). */
  images(reference: string): Promise<EngineImage[]>
  /**
   * Calls back on container events of that label (create, start, die, destroy, pause, unpause) and when the engine comes or goes, gathered to one call per 200 ms.
   * One `docker events` process for all labels; taken up again with back-off (0.5…10 s) when it ends. Returns the way out, which kills it.
   */
  watch(label: string, listener: () => void): () => void
  /** The AppError behind docker's stderr, or null when it says nothing known. Pure. */
  explain(stderr: string): import('../error.ts').AppError | null
}
