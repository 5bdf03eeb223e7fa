import { Download } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyButton, IconButton, modKey } from '../../ui/index.ts'
import { saveBlob } from '../logs/save-log.ts'
import { YamlEditor } from './editor/yaml-editor.tsx'
import { ProblemList } from './problem-list.tsx'
import { useProblemWords } from './problem-words.ts'
import type { DocumentProblem } from './problems.ts'

/** A document as text. */
export function YamlPane({
  document,
  name,
  chosen = null,
  onCursor,
}: {
  readonly document: {
    readonly text: string
    readonly problems: readonly DocumentProblem[]
    readonly type: (text: string) => void
    readonly undo: () => void
    readonly redo: () => void
  }
  /** Of its file, without the ending. */
  readonly name: string
  readonly chosen?: { readonly from: number; readonly to: number } | null
  readonly onCursor?: (offset: number) => void
}) {
  const { t } = useTranslation('designer')
  const words = useProblemWords()
  const [goTo, setGoTo] = useState<{ readonly offset: number } | null>(null)
  const { problems, text } = document
  const diagnostics = useMemo(
    () => problems.map((one) => ({ from: one.from, to: one.to, severity: one.severity, message: words(one) })),
    [problems, words],
  )
  const phrases = useMemo(() => ({ Diagnostics: t('editor.problems'), 'No diagnostics': t('editor.none'), close: t('editor.close') }), [t])
  const file = `${name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')}.yaml`
  return (
    <section className="design-yaml" aria-label="YAML">
      <div className="tabs">
        <span className="mono">{file}</span>
        <span className="grow" />
        <span className="line">
          <CopyButton text={text} label={t('editor.copy')} />
          <IconButton
            small
            icon={Download}
            label={t('editor.export')}
            onClick={() => saveBlob(file, new Blob([text], { type: 'application/yaml;charset=utf-8' }))}
          />
        </span>
      </div>
      <YamlEditor
        text={text}
        label={t('editor.label')}
        description={t('editor.description')}
        problems={diagnostics}
        chosen={chosen}
        goTo={goTo}
        phrases={phrases}
        onType={document.type}
        onUndo={document.undo}
        onRedo={document.redo}
        onCursor={(offset) => onCursor?.(offset)}
      />
      <ProblemList problems={problems} onGo={(offset) => setGoTo({ offset })} />
      <p className="design-hint hint">{t('editor.hint', { undo: modKey('Z') })}</p>
    </section>
  )
}
