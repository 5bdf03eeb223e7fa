import { Circle, CircleCheckBig, CircleSlash, Ellipsis } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { KubeconfigSnapshot, KubeContext } from '#shared/contract/kubeconfig.ts'
import { Button, Cell, cx, Icon, IconButton, Menu, Row, VisuallyHidden } from '../../ui/index.ts'
import { contextId, isOld } from './context-state.ts'
import { useBlocked, useWhere, whereIcon } from './context-words.ts'
import { ReachCell } from './reach-cell.tsx'
import type { ContextActions } from './use-context-actions.ts'

type ContextRowProps = { readonly context: KubeContext; readonly snapshot: KubeconfigSnapshot; readonly actions: ContextActions }

export function ContextRow({ context, snapshot, actions }: ContextRowProps) {
  const { t } = useTranslation('contexts')
  const { t: common } = useTranslation('common')
  const where = useWhere()
  const reason = useBlocked()(context, snapshot)
  const old = isOld(context, snapshot)
  const { pending } = actions.change
  return (
    <Row selected={context.current} old={old || context.shadowed}>
      <Cell>
        <Icon of={context.current ? CircleCheckBig : reason ? CircleSlash : Circle} className={cx(context.current ? 'accent' : 'fg-3')} />
        <VisuallyHidden>{context.current ? t('current') : ''}</VisuallyHidden>
      </Cell>
      <Cell className={cx('mono cut', context.current && 'strong')} title={context.name}>
        {context.name}
      </Cell>
      <Cell className="line fg-2">
        {context.server === null ? (
          <span className="fg-3">–</span>
        ) : (
          <>
            <Icon of={whereIcon(context)} className="fg-3" />
            <span className="cut">{where(context)}</span>
          </>
        )}
      </Cell>
      <Cell className="mono cut" title={context.server ?? undefined}>
        {context.server?.replace(/^https:\/\//, '') ?? '–'}
      </Cell>
      <Cell className="mono cut" title={context.cluster}>
        {context.cluster || '–'}
      </Cell>
      <Cell className="mono cut" title={context.user}>
        {context.user || '–'}
      </Cell>
      <Cell className={cx('mono cut', context.namespace === null && 'fg-3')} title={context.namespace ?? undefined}>
        {context.namespace ?? 'default'}
      </Cell>
      <Cell className={cx('line', reason && 'blocked')} title={reason || undefined}>
        {reason ? <span className="cut fg-2 sm">{reason}</span> : <ReachCell context={context} />}
      </Cell>
      <Cell className="actions open">
        {context.current || reason ? null : (
          <Button
            size="small"
            busy={pending !== null && contextId(pending) === contextId(context)}
            aria-label={t('row.use', { name: context.name })}
            onClick={() => actions.change.choose(context)}
          >
            {t('row.switch')}
          </Button>
        )}
        <Menu
          trigger={<IconButton small icon={Ellipsis} className="stay" label={t('row.more', { name: context.name })} />}
          items={actions.items(context, reason)}
        />
        <VisuallyHidden>{common('actions')}</VisuallyHidden>
      </Cell>
    </Row>
  )
}
