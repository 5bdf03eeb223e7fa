import { Boxes, FileText, Ghost, Layers, Plus, ScrollText, Server, Tag } from 'lucide-react'
import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { journalUnits } from '#shared/journal-units.ts'
import type { LogPart, LogWorkload } from '#shared/contract/logs.ts'
import type { Pod } from '#shared/contract/workloads.ts'
import { queryUtils } from '../../api/client.ts'
import { Button, Finder, fits, harmless, IconButton, Popover, useFormat, wordsOf } from '../../ui/index.ts'
import type { FinderItem } from '../../ui/index.ts'
import { podLook } from '../cluster/pod-look.ts'
import { useErrorWords } from '../shell/error-words.ts'
import { AndMore } from './and-more.tsx'
import { logApi } from './log-api.ts'
import { allNamespaces, partKey, workloadTypes } from './log-place.ts'
import type { WorkloadType } from './log-place.ts'
import { selectorKind } from './selector-text.ts'
import { keepUpload } from './uploads.ts'
import type { LogChoice } from './use-log-choice.ts'

/** More are counted, and found by typing. */
const mostShown = 100

/** What else can be looked at: workloads, pods and their containers, a selector, a whole namespace, journals of nodes, a file. */
export function TargetPicker({ choice, words }: { readonly choice: LogChoice; readonly words: boolean }) {
  const { t } = useTranslation('logs')
  const [open, setOpen] = useState(false)
  const file = useRef<HTMLInputElement>(null)
  const show = (next: boolean) => {
    setOpen(next)
    choice.setPicking(next)
  }
  const add = (part: LogPart) => {
    show(false)
    choice.add(part)
  }
  return (
    <>
      <Popover
        open={open}
        onOpenChange={show}
        label={t('pick.add')}
        className="log-picker"
        trigger={
          words ? (
            <Button size="small" icon={Plus}>
              {t('pick.more')}
            </Button>
          ) : (
            <IconButton small icon={Plus} label={t('pick.add')} />
          )
        }
      >
        <Choices choice={choice} onAdd={add} onFile={() => file.current?.click()} />
      </Popover>
      <input
        ref={file}
        type="file"
        hidden
        aria-label={t('pick.file')}
        onChange={(event) => {
          const [chosen] = event.target.files ?? []
          if (chosen) add({ kind: 'upload', name: keepUpload(chosen) })
          event.target.value = ''
        }}
      />
    </>
  )
}

type Offer = { readonly item: FinderItem; readonly text: string; readonly part: LogPart | null }

function Choices({
  choice,
  onAdd,
  onFile,
}: {
  readonly choice: LogChoice
  readonly onAdd: (part: LogPart) => void
  readonly onFile: () => void
}) {
  const { t } = useTranslation('logs')
  const errorWords = useErrorWords()
  const format = useFormat()
  const [query, setQuery] = useState('')
  const { context, namespace, view, local } = choice
  const nodes = useQuery(
    queryUtils.workloads.nodes.queryOptions({
      input: context ?? { file: '', name: '' },
      enabled: context !== null && local,
      staleTime: 30_000,
    }),
  )
  const gone = useQuery({
    queryKey: ['logs', 'gone', context],
    queryFn: () => logApi.gone(context ?? { file: '', name: '' }),
    enabled: context !== null && local,
    staleTime: 30_000,
  })
  const words = wordsOf(query)
  const within = namespace === allNamespaces ? null : namespace
  // A context that shows no pods is not asked for more.
  const workloads = useQuery({
    queryKey: ['logs', 'workloads', context, within],
    queryFn: () => logApi.workloads({ ...(context ?? { file: '', name: '' }), namespace: within }),
    enabled: context !== null && view.pods !== null,
    staleTime: 10_000,
  })
  const named = (view.pods !== null || view.error !== null) && !workloads.isLoading
  const offer = (icon: FinderItem['icon'], part: LogPart, label: string, note: string): Offer => ({
    part,
    text: `${label} ${note}`,
    item: { id: partKey(part), icon, label: <span className="mono">{harmless(label)}</span>, note: harmless(note) },
  })
  const selector = query.trim()
  const kind = context ? selectorKind(selector) : null
  const labelled = (note: string): Offer => ({
    ...offer(Tag, { kind: 'selector', namespace: within, selector, container: null }, selector, note),
    text: query,
  })
  const wide: Offer[] = context
    ? [
        ...(kind === 'selector' ? [labelled(t('pick.selector'))] : []),
        offer(Layers, { kind: 'selector', namespace: within, selector: '', container: null }, within ?? t('pick.all'), t('pick.everyPod')),
      ]
    : []
  const pods = view.pods ?? []
  const groups = [
    { id: 'wide', heading: t('pick.group.wide'), offers: wide },
    {
      id: 'workloads',
      heading: t('pick.group.workloads'),
      offers: workloadsOf(pods, workloads.data?.workloads).map((part) => offer(Boxes, part, part.name, note(part.type, part.namespace))),
      unread: workloads.error ?? workloads.data?.error,
    },
    { id: 'pods', heading: t('pick.group.pods'), offers: pods.flatMap(podOffers) },
    {
      id: 'nodes',
      heading: t('pick.group.nodes'),
      offers: (nodes.data ?? []).flatMap((node) =>
        journalUnits(node.runtime).map((unit) => offer(Server, { kind: 'journal', node: node.name, unit }, node.name, unit)),
      ),
    },
    {
      id: 'gone',
      heading: t('pick.group.gone'),
      offers: (gone.data ?? []).map(({ bytes, writtenAt, ...one }) =>
        offer(Ghost, { kind: 'gone', ...one }, `${one.pod}/${one.container}`, `${format.bytes(bytes)}, ${format.dateTime(writtenAt)}`),
      ),
    },
    {
      // Any word is a key, and mostly a name is meant: not before it is known which names there are, for Enter takes what stands alone.
      id: 'labels',
      heading: t('pick.group.labels'),
      offers: kind === 'bare' && named ? [labelled(t('pick.hasLabel'))] : [],
    },
    {
      id: 'files',
      heading: t('pick.group.files'),
      offers: [{ part: null, text: t('pick.file'), item: { id: 'file', icon: FileText, label: t('pick.file'), note: t('pick.fileNote') } }],
    },
  ].map((group) => {
    const fitting = group.offers.filter((one) => fits(one.text, words))
    return { ...group, offers: fitting.slice(0, mostShown), more: fitting.length - mostShown }
  })
  const all = groups.flatMap((group) => group.offers)

  function note(kind: string, where: string) {
    return within === null ? `${kind} ${where}` : kind
  }
  function podOffers(pod: Pod): Offer[] {
    const look = podLook[pod.health]
    const whole = offer(
      look.icon,
      { kind: 'pod', namespace: pod.namespace, pod: pod.name, container: null },
      pod.name,
      note(pod.status, pod.namespace),
    )
    if (pod.containers.length < 2) return [whole]
    return [
      whole,
      ...pod.containers.map((one) =>
        offer(
          ScrollText,
          { kind: 'pod', namespace: pod.namespace, pod: pod.name, container: one.name },
          `${pod.name}/${one.name}`,
          t(`kind.${one.kind}`),
        ),
      ),
    ]
  }

  return (
    <Finder
      label={t('pick.add')}
      placeholder={t('pick.placeholder', { example: 'app=web' })}
      query={query}
      onQueryChange={setQuery}
      grab
      groups={groups.map(({ id, heading, offers, more, unread }) => ({
        id,
        heading,
        items: offers.map((one) => one.item),
        more: unread ? t('pick.unread', { why: errorWords(unread).title }) : more > 0 ? <AndMore of={more} /> : null,
      }))}
      onSelect={(id) => {
        const chosen = all.find((one) => one.item.id === id)
        if (chosen?.part) onAdd(chosen.part)
        else if (chosen) onFile()
      }}
      empty={view.error ? errorWords(view.error).title : t('pick.nothing')}
    />
  )
}

/** Each owner of pods once, and each workload that the API lists, which may have no pod. */
export function workloadsOf(pods: readonly Pod[], listed: readonly LogWorkload[] = []) {
  const found = new Map<string, Extract<LogPart, { readonly kind: 'workload' }>>()
  for (const { owner, namespace } of pods) {
    const [type = '', name = ''] = owner?.split('/') ?? []
    if (name !== '' && workloadTypes.includes(type))
      found.set(`${namespace}/${owner}`, { kind: 'workload', namespace, type: type as WorkloadType, name, container: null })
  }
  for (const { namespace, type, name } of listed)
    found.set(`${namespace}/${type}/${name}`, { kind: 'workload', namespace, type, name, container: null })
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
