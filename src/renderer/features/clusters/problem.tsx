import { useTranslation } from 'react-i18next'
import type { AppErrorShape } from '#shared/messages/error.ts'
import { Button, FieldError } from '../../ui/index.ts'
import { useErrorWords } from '../shell/error-words.ts'
import type { Create } from './use-create.ts'

/** What stands in the way of a field, said beside it as it is typed, with the way out as a button where there is one. */
export function Problem({ id, problem, create }: { readonly id?: string; readonly problem: AppErrorShape; readonly create: Create }) {
  const { t } = useTranslation('clusters')
  const words = useErrorWords()(problem)
  const suggestion = problem.facts['suggestion']
  const free = problem.facts['free']
  const taken = problem.facts['port']
  return (
    <span className="plan-problem">
      <FieldError {...(id ? { id } : {})}>
        {words.title}
        {t('sentence')}
        {words.cause}
      </FieldError>
      {typeof suggestion === 'string' && suggestion !== '' ? (
        <Button size="small" onClick={() => create.change({ name: suggestion })}>
          {t('problem.use', { value: suggestion })}
        </Button>
      ) : null}
      {problem.code === 'port-taken' && free ? (
        <Button
          size="small"
          onClick={() =>
            create.change({
              ports: create.draft.ports.map((port) =>
                port.hostPort.trim() === String(taken) ? { ...port, hostPort: String(free) } : port,
              ),
            })
          }
        >
          {t('problem.usePort', { value: free })}
        </Button>
      ) : null}
    </span>
  )
}
