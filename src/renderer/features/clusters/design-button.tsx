import { useNavigate } from '@tanstack/react-router'
import { PencilRuler } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/index.ts'
import { handOver } from '../designer/draft.ts'
import type { Create } from './use-create.ts'

/** From the one-click form into the designer, which begins with what was entered here. */
export function DesignButton({ create }: { readonly create: Create }) {
  const { t } = useTranslation('clusters')
  const navigate = useNavigate()
  return (
    <Button
      icon={PencilRuler}
      onClick={() => {
        if (create.touched) handOver(create.spec())
        void navigate({ to: '/clusters/new' })
      }}
    >
      {t('design')}
    </Button>
  )
}
