import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { composing, harmless, Select, TextInput } from '../../ui/index.ts'
import { allNamespaces } from './log-place.ts'
import type { LogChoice } from './use-log-choice.ts'

const none = ''

/** Context and namespace: each says what is chosen and what else there is. */
export function PlacePickers({ choice }: { readonly choice: LogChoice }) {
  const { t } = useTranslation('logs')
  const { context, contexts, namespace, names, namespaces } = choice
  const keyOf = (one: { readonly file: string; readonly name: string }) => `${one.file}\n${one.name}`
  const spread = namespace === allNamespaces
  return (
    <>
      <Select
        calm
        mono
        size="small"
        className="log-pick"
        prefix={t('pick.context')}
        label={t('pick.contextIs', { name: context?.name ?? t('pick.none') })}
        value={context ? keyOf(context) : none}
        disabled={contexts.length === 0}
        onValueChange={(key) => {
          const chosen = contexts.find((one) => keyOf(one) === key)
          if (chosen) choice.setContext(chosen)
        }}
        options={[
          ...contexts.map((one) => ({ value: keyOf(one), label: harmless(one.name), hint: one.current ? t('pick.current') : '' })),
          ...(context && !contexts.some((one) => keyOf(one) === keyOf(context))
            ? [{ value: keyOf(context), label: harmless(context.name) }]
            : []),
          ...(context ? [] : [{ value: none, label: t('pick.none'), disabled: true }]),
        ]}
      />
      {namespaces.error && !namespaces.data ? (
        <TypedNamespace key={namespace} namespace={spread ? '' : namespace} onChoose={choice.setNamespace} />
      ) : (
        <Select
          calm
          mono
          size="small"
          className="log-pick"
          prefix={t('pick.namespace')}
          label={t('pick.namespaceIs', { name: spread ? t('pick.all') : namespace })}
          value={namespace}
          disabled={!context}
          onValueChange={choice.setNamespace}
          options={[{ value: allNamespaces, label: t('pick.all') }, ...names.map((name) => ({ value: name, label: harmless(name) }))]}
        />
      )}
    </>
  )
}

/** Who may not list namespaces can still name one. */
function TypedNamespace({ namespace, onChoose }: { readonly namespace: string; readonly onChoose: (name: string) => void }) {
  const { t } = useTranslation('logs')
  const [text, setText] = useState(namespace)
  return (
    <TextInput
      mono
      calm
      size="small"
      aria-label={t('pick.namespaceTyped')}
      placeholder={t('pick.namespace')}
      title={t('pick.namespaceTyped')}
      value={text}
      onValueChange={setText}
      frameClassName="log-namespace"
      onBlur={() => text.trim() !== '' && text.trim() !== namespace && onChoose(text.trim())}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !composing(event) && text.trim() !== '') onChoose(text.trim())
        if (event.key === 'Escape') setText(namespace)
      }}
    />
  )
}
