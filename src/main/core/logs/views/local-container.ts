import type { SourceInfo } from '../source/sink.ts'

/** A container whose log files can be read: its node is one of those of a local cluster, and known by now. */
export function isOnLocalNode(info: SourceInfo, local: ReadonlySet<string>): info is SourceInfo & { readonly node: string } {
  return info.kind === 'container' && info.node !== null && local.has(info.node)
}
