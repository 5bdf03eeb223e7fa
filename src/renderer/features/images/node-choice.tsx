import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { NodeMachine } from '#shared/contract/host-images.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { queryUtils } from '../../api/client.ts'
import { buttonClass, Callout, Checkbox, State, useFormat } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useErrorWords } from '../shell/error-words.ts'

/** Nodes that only the API knows, with the machines that they are. */
export function useNodeMachines(id: string) {
  return useQuery(queryUtils.hostImages.nodes.queryOptions({ input: { id }, staleTime: 5_000, retry: false }))
}

type NodeChoiceProps = {
  readonly nodes: ReturnType<typeof useNodeMachines>
  readonly chosen: readonly TargetId[]
  readonly onChoose: (chosen: readonly TargetId[]) => void
}

/** Which nodes of a cluster get the image; one that is no known machine says why, and what to do. */
export function NodeChoice({ nodes, chosen, onChoose }: NodeChoiceProps) {
  const { t } = useTranslation('images')
  const { t: common } = useTranslation('common')
  if (nodes.error) return <ErrorNotice error={nodes.error} onRetry={() => void nodes.refetch()} />
  if (!nodes.data)
    return (
      <State tone="idle" busy>
        {common('loading')}
      </State>
    )
  return (
    <>
      <div className="dialog-field" role="group" aria-label={t('nodes')}>
        <span>{t('nodes')}</span>
        {nodes.data.map(({ node, target }) => (
          <Checkbox
            key={node}
            disabled={target === null}
            checked={target !== null && chosen.includes(target)}
            onCheckedChange={(on) => target !== null && onChoose(on ? [...chosen, target] : chosen.filter((one) => one !== target))}
          >
            <span className="mono">{node}</span>
          </Checkbox>
        ))}
      </div>
      <NoMachines nodes={nodes.data} />
    </>
  )
}

/** Why nothing can be done on some nodes, and the way out; nothing where all are known machines. */
export function NoMachines({
  nodes,
  className,
}: {
  readonly nodes: readonly Pick<NodeMachine, 'node' | 'error'>[]
  readonly className?: string
}) {
  const { t } = useTranslation('images')
  const format = useFormat()
  const words = useErrorWords()
  const missing = nodes.filter(({ error }) => error?.code === 'node-no-machine')
  const [first] = missing
  if (first === undefined) return null
  const silent = first.error?.facts['silent']
  return (
    <Callout
      {...(className === undefined ? {} : { className })}
      tone="warn"
      title={t('noMachine.title', { count: missing.length, nodes: format.list(missing.map(({ node }) => node)) })}
      actions={
        <Link to="/machine" search={{ tab: 'images' }} className={buttonClass('plain', 'small')}>
          {t('noMachine.act')}
        </Link>
      }
    >
      <p>{t('noMachine.why')}</p>
      {typeof silent === 'string' && silent !== '' ? <p>{t('noMachine.silent', { names: silent })}</p> : null}
      <p>{words(first.error).fix}</p>
    </Callout>
  )
}
