import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Pod, PodContainer } from '#shared/contract/workloads.ts'
import { composing, Icon, Select, TextInput, Toolbar } from '../../ui/index.ts'
import { podLook } from '../cluster/pod-look.ts'
import { allNamespaces } from './use-log-choice.ts'
import type { LogChoice } from './use-log-choice.ts'

const none = ''

/** Context, namespace, pod, container: each says what is chosen and what else there is. */
export function LogPickers({ choice }: { readonly choice: LogChoice }) {
  const { t } = useTranslation('logs')
  const { context, contexts, namespace, names, namespaces, view, podName, containerName } = choice
  const keyOf = (one: { readonly file: string; readonly name: string }) => `${one.file}\n${one.name}`
  const pods = view.pods ?? []
  const listed = pods.some((pod) => pod.name === podName)
  const spread = namespace === allNamespaces
  return (
    <Toolbar className="log-pickers">
      <Select
        calm
        mono
        prefix={t('pick.context')}
        label={t('pick.contextIs', { name: context?.name ?? t('pick.none') })}
        value={context ? keyOf(context) : none}
        disabled={contexts.length === 0}
        onValueChange={(key) => {
          const chosen = contexts.find((one) => keyOf(one) === key)
          if (chosen) choice.setContext(chosen)
        }}
        options={[
          ...contexts.map((one) => ({ value: keyOf(one), label: one.name, hint: one.current ? t('pick.current') : '' })),
          ...(context && !contexts.some((one) => keyOf(one) === keyOf(context)) ? [{ value: keyOf(context), label: context.name }] : []),
          ...(context ? [] : [{ value: none, label: t('pick.none'), disabled: true }]),
        ]}
      />
      {namespaces.error && !namespaces.data ? (
        <TypedNamespace key={namespace} namespace={spread ? '' : namespace} onChoose={choice.setNamespace} />
      ) : (
        <Select
          calm
          mono
          prefix={t('pick.namespace')}
          label={t('pick.namespaceIs', { name: spread ? t('pick.all') : namespace })}
          value={namespace}
          disabled={!context}
          onValueChange={choice.setNamespace}
          options={[{ value: allNamespaces, label: t('pick.all') }, ...names.map((name) => ({ value: name, label: name }))]}
        />
      )}
      <Select
        calm
        mono
        className="log-pod"
        prefix={t('pick.pod')}
        label={t('pick.podIs', { name: podName ?? t('pick.none') })}
        value={podName ? keyOfPod(pods.find((pod) => pod === choice.pod) ?? { namespace, name: podName }) : none}
        disabled={pods.length === 0}
        onValueChange={(key) => {
          const chosen = pods.find((pod) => keyOfPod(pod) === key)
          if (chosen) choice.setPod(chosen)
        }}
        options={[
          ...(podName ? [] : [{ value: none, label: t('pick.none'), disabled: true }]),
          ...(podName && !listed ? [{ value: keyOfPod({ namespace, name: podName }), label: podName, disabled: true }] : []),
          ...pods.map((pod) => ({ value: keyOfPod(pod), label: pod.name, hint: <PodHint pod={pod} namespaced={spread} /> })),
        ]}
      />
      {containerName ? (
        <Select
          calm
          mono
          className="log-container"
          prefix={t('pick.container')}
          label={t('pick.containerIs', { name: containerName })}
          value={containerName}
          onValueChange={choice.setContainer}
          options={(choice.pod?.containers ?? [{ name: containerName }]).map((one) => ({
            value: one.name,
            label: one.name,
            hint: 'kind' in one ? <ContainerHint container={one} /> : null,
          }))}
        />
      ) : null}
    </Toolbar>
  )
}

const keyOfPod = (pod: { readonly namespace: string; readonly name: string }) => `${pod.namespace}/${pod.name}`

function PodHint({ pod, namespaced }: { readonly pod: Pod; readonly namespaced: boolean }) {
  const look = podLook[pod.health]
  return (
    <span className="line">
      {namespaced ? <span className="mono">{pod.namespace}</span> : null}
      <Icon of={look.icon} tone={look.tone} small />
      {pod.status}
    </span>
  )
}

function ContainerHint({ container }: { readonly container: PodContainer }) {
  const { t } = useTranslation('logs')
  const kind = container.kind === 'container' ? '' : t(`kind.${container.kind}`)
  return [kind, container.reason || t(`containerState.${container.state}`)].filter(Boolean).join(t('comma'))
}

/** Who may not list namespaces can still name one. */
function TypedNamespace({ namespace, onChoose }: { readonly namespace: string; readonly onChoose: (name: string) => void }) {
  const { t } = useTranslation('logs')
  const [text, setText] = useState(namespace)
  return (
    <TextInput
      mono
      calm
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
