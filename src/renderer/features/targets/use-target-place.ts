import type { TargetId } from '#shared/contract/targets.ts'
import { nameOfId, type TargetGroup, groupOf, useTargetName } from './target-words.ts'
import { useTargets } from './use-targets.ts'

export type Place = {
  readonly name: string
  /** Also what words about it are chosen by, as the `context` of i18next. */
  readonly kind: TargetGroup
}

/** What a target is called and where it is, also where it is no longer in the list. */
export function useTargetPlace(): (id: TargetId) => Place {
  const list = useTargets()
  const name = useTargetName()
  return (id) => {
    const known = list.data?.find((target) => target.id === id)
    if (known) return { name: name(known), kind: groupOf(known) }
    const kind = id === 'local' ? 'local' : id.startsWith('ssh:') ? 'ssh' : 'container'
    return { name: name({ kind, name: nameOfId(id) }), kind }
  }
}
