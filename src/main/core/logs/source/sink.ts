import type { LogNote, LogSource } from '#shared/contract/logs.ts'
import type { LineBatch } from '../store/layout.ts'
import type { Instant } from '../timestamp.ts'

/** What is known of a source when it joins a view. The rest is told with `state`. */
export type SourceInfo = Pick<LogSource, 'kind' | 'name' | 'namespace' | 'pod' | 'container' | 'containerKind' | 'owner' | 'node'> & {
  /** Empty where there is none. With the container's name it tells a pod from a later one of the same name. */
  readonly podUid: string
}

export type SourceState = Pick<LogSource, 'state' | 'reason' | 'message' | 'exitCode' | 'restarts' | 'error' | 'hasPrevious' | 'lastRun'>

/** Where sources put what they read. One for each view; calls never throw and return at once. */
export type LogSink = {
  /** Index of the source, to be used in all other calls. The same `kind`, `name` and `podUid` again gives the same index, and tells of the node where that was not known before. */
  join(info: SourceInfo): number
  state(source: number, change: Partial<SourceState>): void
  /** In the order of the source. The batch is read before the call returns. `backlog`: from before the view was opened or the source joined, so it is not late wherever it goes. */
  lines(source: number, batch: LineBatch, backlog: boolean): void
  /** A row of Cove's own at that time; null: after the source's last line. */
  note(source: number, at: Instant | null, note: LogNote): void
  /** Why the list of members is not current. Null: it is. */
  membershipError(error: LogSource['error']): void
  /** True while the view has more to write than it can keep up with: a source pauses its stream until `drained`. */
  full(): boolean
  drained(): Promise<void>
}
