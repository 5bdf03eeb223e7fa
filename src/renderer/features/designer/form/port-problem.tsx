import { useTranslation } from 'react-i18next'
import { Button, FieldError } from '../../../ui/index.ts'
import { useErrorWords } from '../../shell/error-words.ts'
import { useDesignContext } from '../design-context.ts'
import type { PortView } from '../document/form.ts'
import type { Path } from '../../document/plain.ts'

/** What the machine says against a port, beside it, with the next free one as a button. */
export function PortProblem({
  port,
  path,
  which,
  toValue = (free) => free,
}: {
  readonly port: Pick<PortView, 'hostPort'>
  readonly path: Path
  readonly which?: 'extras'
  /** What the document says with the free port in it. Not `valueOf`, which every object has. */
  readonly toValue?: (free: number) => unknown
}) {
  const { t } = useTranslation('designer')
  const { planProblems, change } = useDesignContext()
  const words = useErrorWords()
  const problem = planProblems.find(
    (one) => (one.code === 'port-taken' || one.code === 'port-invalid') && String(one.facts['port']) === port.hostPort.trim(),
  )
  if (problem === undefined) return null
  const free = problem.facts['free']
  const said = words(problem)
  return (
    <span className="design-problem">
      <FieldError>
        {said.title}
        {t('sentence')}
        {said.cause}
      </FieldError>
      {free ? (
        <Button
          size="small"
          onClick={() => change({ type: 'value', ...(which === undefined ? {} : { which }), path, value: toValue(Number(free)) })}
        >
          {t('port.use', { port: free })}
        </Button>
      ) : null}
    </span>
  )
}
