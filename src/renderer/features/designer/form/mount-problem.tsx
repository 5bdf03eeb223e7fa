import { useTranslation } from 'react-i18next'
import { FieldError, Icon, toneIcon } from '../../../ui/index.ts'
import { useErrorWords } from '../../shell/error-words.ts'
import { useDesignContext } from '../design-context.ts'

/** What the machine says against a folder that is to be mounted, beside it: it stops the create, or the engine makes an empty one. */
export function MountProblem({ path }: { readonly path: string }) {
  const { t } = useTranslation('designer')
  const { planProblems, findings } = useDesignContext()
  const words = useErrorWords()
  const problem = planProblems.find((one) => one.code === 'mount-missing' && one.facts['path'] === path)
  const finding = findings.find((one) => one.cause === 'mount-missing' && one.facts['path'] === path)
  if (problem === undefined && finding === undefined) return null
  const { title, consequence } = words(problem ?? { code: 'mount-missing', facts: finding?.facts ?? {}, commandId: null })
  const said = consequence === null ? title : `${title}${t('sentence')}${consequence}`
  return (
    <span className="design-problem">
      {problem === undefined ? (
        <span className="line warn-text sm">
          <Icon of={toneIcon('warn')} tone="warn" small />
          {said}
        </span>
      ) : (
        <FieldError>{said}</FieldError>
      )}
    </span>
  )
}
