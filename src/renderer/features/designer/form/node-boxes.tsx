import { Plus, Server, ServerCog } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Badge, cx, Icon, Menu, VisuallyHidden } from '../../../ui/index.ts'
import { problemsAt } from '../../document/document-context.ts'
import { useDesignContext } from '../design-context.ts'
import type { KindView, NodeView } from '../document/form.ts'
import { nodeNames } from './node-names.ts'

/** The nodes as boxes. They are chosen, dragged, and moved with Alt and the arrow keys. */
export function NodeBoxes({
  view,
  chosen,
  onChoose,
}: {
  readonly view: KindView
  readonly chosen: number
  readonly onChoose: (index: number) => void
}) {
  const { t } = useTranslation('designer')
  const { change, problems } = useDesignContext()
  const names = nodeNames(view.nodes)
  const [dragged, setDragged] = useState<number | null>(null)
  const [over, setOver] = useState<number | null>(null)
  const [said, setSaid] = useState('')
  const list = useRef<HTMLDivElement>(null)
  const move = (from: number, to: number) => {
    if (from === to || to < 0 || to >= view.nodes.length) return
    change({ type: 'move-node', from, to })
    onChoose(to)
    setSaid(t('nodes.moved', { position: to + 1, count: view.nodes.length }))
  }
  const focusBox = (index: number) => list.current?.querySelectorAll<HTMLElement>('.design-node')[index]?.focus()
  return (
    <div className="design-nodes" ref={list} role="group" aria-label={t('nodes.title')}>
      {view.nodes.map((node, index) => (
        <button
          key={index}
          type="button"
          draggable
          className={cx('design-node', index === chosen && 'sel', over === index && dragged !== null && dragged !== index && 'over')}
          aria-pressed={index === chosen}
          aria-keyshortcuts="Alt+ArrowLeft Alt+ArrowRight"
          title={t('nodes.keys')}
          onClick={() => onChoose(index)}
          onDragStart={(event) => {
            event.dataTransfer.effectAllowed = 'move'
            event.dataTransfer.setData('text/plain', names[index] ?? '')
            setDragged(index)
          }}
          onDragOver={(event) => {
            if (dragged === null) return
            event.preventDefault()
            setOver(index)
          }}
          onDrop={(event) => {
            event.preventDefault()
            if (dragged !== null) move(dragged, index)
            setDragged(null)
            setOver(null)
          }}
          onDragEnd={() => {
            setDragged(null)
            setOver(null)
          }}
          onKeyDown={(event) => {
            const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
            if (step === 0 || !event.altKey) return
            event.preventDefault()
            move(index, index + step)
            focusBox(Math.max(0, Math.min(view.nodes.length - 1, index + step)))
          }}
        >
          <Icon of={node.role === 'worker' ? Server : ServerCog} />
          <span className="nm mono">{names[index]}</span>
          <span className="role">{t(`role.${node.role}`)}</span>
          <span className="tags">
            <Tags node={node} problems={problemsAt(problems, ['nodes', index], 'cluster', true).length} />
          </span>
        </button>
      ))}
      <Menu
        align="start"
        trigger={
          <button type="button" className="design-node add">
            <Icon of={Plus} />
            {t('nodes.add')}
          </button>
        }
        items={(['worker', 'control-plane'] as const).map((role) => ({
          id: role,
          icon: role === 'worker' ? Server : ServerCog,
          label: t(`role.${role}`),
          onSelect: () => {
            const planes = view.nodes.filter((node) => node.role === 'control-plane').length
            change({ type: 'add-node', role })
            onChoose(role === 'worker' ? view.nodes.length : planes)
          },
        }))}
      />
      <span role="status">
        <VisuallyHidden>{said}</VisuallyHidden>
      </span>
    </div>
  )
}

function Tags({ node, problems }: { readonly node: NodeView; readonly problems: number }) {
  const { t } = useTranslation('designer')
  const counted = (
    [
      ['ports', node.ports.length],
      ['mounts', node.mounts.length],
      ['taints', node.taints.length],
    ] as const
  ).filter(([, count]) => count > 0)
  const label = node.labels.length === 1 ? `${node.labels[0]?.[0]}=${node.labels[0]?.[1]}` : null
  return (
    <>
      {problems > 0 ? <Badge tone="bad">{t('problems', { count: problems })}</Badge> : null}
      {counted.map(([what, count]) => (
        <Badge key={what}>{t(`nodes.${what}`, { count })}</Badge>
      ))}
      {label !== null && label.length < 16 ? (
        <Badge>{label}</Badge>
      ) : node.labels.length > 0 ? (
        <Badge>{t('nodes.labels', { count: node.labels.length })}</Badge>
      ) : null}
    </>
  )
}
