import { useTranslation } from 'react-i18next'
import { Button, EmptyState } from '../../ui/index.ts'
import { nameOfId } from './target-words.ts'

type TargetGoneProps = { readonly id: string; readonly onLocal: () => void; readonly onAdd: () => void }

/** The address names a machine that is not there: another may have taken its name, so nothing of it is shown. */
export function TargetGone({ id, onLocal, onAdd }: TargetGoneProps) {
  const { t } = useTranslation('targets')
  const kind = id.startsWith('ssh:') ? 'ssh' : id.startsWith('container:') ? 'container' : 'unknown'
  return (
    <EmptyState
      title={t(`gone.${kind}.title`, { name: nameOfId(id) })}
      actions={
        <>
          <Button variant="primary" onClick={onLocal}>
            {t('gone.local')}
          </Button>
          {kind === 'ssh' ? <Button onClick={onAdd}>{t('add.open')}</Button> : null}
        </>
      }
    >
      {t(`gone.${kind}.text`)}
    </EmptyState>
  )
}
