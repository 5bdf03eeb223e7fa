import type { HostFinding } from '../contract/host-checks.ts'

type Facts = Readonly<Record<string, string | number | null>>
/** Words of the namespace `host-checks` in the reader's language: i18next in a page, `sayFrom` where there is none. */
export type Say = (key: string, facts?: Facts) => string

export type FindingWords = {
  readonly title: string
  /** One sentence: what is so. */
  readonly cause: string
  /** Null where nothing is wrong. */
  readonly consequence: string | null
  readonly fix: string | null
}

/** What a finding says. */
export function findingWords({ words, result, variant, facts }: HostFinding, say: Say): FindingWords {
  const title = say(`check.${words}.title`, facts)
  switch (result) {
    case 'unknown':
      return { title, cause: say(`unknown.${variant}`, facts), consequence: null, fix: say(`unknownFix.${variant}`, facts) }
    case 'problem':
    case 'warning':
      return {
        title,
        cause: say(`check.${words}.say.${variant}`, facts),
        consequence: say(`check.${words}.consequence`, facts),
        fix: say(`check.${words}.fix`, facts),
      }
    case 'ok':
    case 'not-applicable':
      return { title, cause: say(`check.${words}.say.${variant}`, facts), consequence: null, fix: null }
  }
}

/** Put right together with all others. What needs a package that Kubernetes runs without is asked for by itself: a source that does not answer must not undo the rest. */
export const isFixedWithAll = ({ words, variant }: Pick<HostFinding, 'words' | 'variant'>): boolean =>
  !(words === 'tool' && variant === 'useful')

export type Tree = { readonly [key: string]: string | Tree }

/** Words out of one of the files of this folder. A key that is not there is shown as it is. */
export function sayFrom(tree: Tree): Say {
  return (key, facts = {}) => {
    const found = key.split('.').reduce<string | Tree | undefined>((at, part) => (typeof at === 'object' ? at[part] : undefined), tree)
    return typeof found === 'string' ? found.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => String(facts[name] ?? '')) : key
  }
}
