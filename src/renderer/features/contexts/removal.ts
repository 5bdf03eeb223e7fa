import type { KubeconfigSnapshot, KubeContext } from '#shared/contract/kubeconfig.ts'

export type Removal = {
  /** Entries that nothing else uses, so they go too. Null: it names none, or another context uses it. */
  readonly cluster: string | null
  readonly user: string | null
  /** Entries that stay because other contexts use them. */
  readonly keptCluster: string | null
  readonly keptUser: string | null
  /** current-context stands for it and is emptied. */
  readonly current: boolean
}

/** What removing a context takes with it: its cluster and user where no other context of any file names them. */
export function removalOf(context: KubeContext, snapshot: KubeconfigSnapshot): Removal {
  const others = snapshot.contexts.filter((other) => other.file !== context.file || other.name !== context.name)
  const missing = context.problem?.facts['what']
  const entry = (key: 'cluster' | 'user') => {
    const name = context[key]
    if (name === '' || missing === key) return { goes: null, stays: null }
    return others.some((other) => other[key] === name) ? { goes: null, stays: name } : { goes: name, stays: null }
  }
  const cluster = entry('cluster')
  const user = entry('user')
  return {
    cluster: cluster.goes,
    user: user.goes,
    keptCluster: cluster.stays,
    keptUser: user.stays,
    current: context.current,
  }
}
