import { CircleCheck } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button, FieldError, Icon } from '../../../ui/index.ts'
import { useErrorWords } from '../../shell/error-words.ts'
import { useDesignContext } from '../design-context.ts'
import { Field } from '../../document/fields.tsx'

export function NameField({ name }: { readonly name: string }) {
  const { t } = useTranslation('designer')
  const { plan, planProblems, change } = useDesignContext()
  const words = useErrorWords()
  const problem = planProblems.find((one) => one.code.startsWith('name-'))
  const suggestion = problem?.facts['suggestion']
  return (
    <Field label={t('general.name')} path={['name']} value={name} placeholder={plan?.spec.name ?? ''} invalid={problem !== undefined}>
      {problem === undefined ? (
        plan !== null && name !== '' && plan.spec.name === name ? (
          <span className="line sm fg-3">
            <Icon of={CircleCheck} tone="ok" small />
            {t('general.free')}
          </span>
        ) : null
      ) : (
        <span className="design-problem">
          <FieldError>
            {words(problem).title}
            {t('sentence')}
            {words(problem).cause}
          </FieldError>
          {typeof suggestion === 'string' && suggestion !== '' ? (
            <Button size="small" onClick={() => change({ type: 'value', path: ['name'], value: suggestion })}>
              {t('general.use', { name: suggestion })}
            </Button>
          ) : null}
        </span>
      )}
    </Field>
  )
}
