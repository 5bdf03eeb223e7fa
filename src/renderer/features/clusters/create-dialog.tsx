import { Plus } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { CreateSpecInput } from '#shared/contract/clusters.ts'
import { Button, Dialog } from '../../ui/index.ts'
import { DesignButton } from './design-button.tsx'
import { EngineProblem, engineFails, useEngine } from './engine-problem.tsx'
import { OtherProblems } from './first-cluster.tsx'
import { PlanList } from './plan-list.tsx'
import { useCreate } from './use-create.ts'

/** The same form as the empty state's, over the list. Enter in the name creates. */
export function CreateDialog({ spec, onClose }: { readonly spec?: CreateSpecInput | null; readonly onClose: () => void }) {
  const { t } = useTranslation('clusters')
  const { t: common } = useTranslation('common')
  const create = useCreate(spec)
  const engine = useEngine()
  const name = useRef<HTMLInputElement>(null)
  const fails = engineFails(engine)
  const planned = create.plan !== null
  useEffect(() => {
    // The field comes with the plan, after the dialog has opened.
    if (planned) name.current?.select()
  }, [planned])
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={t('create')}
      initialFocus={name}
      footer={
        <>
          <DesignButton create={create} />
          <span className="grow" />
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button variant="primary" icon={Plus} disabled={!create.ready || fails} onClick={create.submit}>
            {create.name ? t('createNamed', { name: create.name }) : t('create')}
          </Button>
        </>
      }
    >
      {engine && fails ? <EngineProblem engine={engine} /> : <OtherProblems create={create} />}
      <PlanList create={create} nameRef={name} />
    </Dialog>
  )
}
