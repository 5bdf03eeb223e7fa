import { lazy, Suspense } from 'react'
import type { ComponentProps } from 'react'
import { useTranslation } from 'react-i18next'

/** The editor, the YAML library and the schemas are large, and are needed here only. */
const Editor = lazy(() => import('./editor.tsx').then((module) => ({ default: module.Editor })))

/**
 * A configuration file for kubeadm, as form and text, checked against itself, against a machine, and by the kubeadm there. `value` is the text, `onChange` is
 * told of each change of it; `actions` stand first in its toolbar.
 */
export function KubeadmConfigEditor(props: ComponentProps<typeof Editor>) {
  return (
    <Suspense fallback={<EditorWaits />}>
      <Editor {...props} />
    </Suspense>
  )
}

export function EditorWaits() {
  const { t } = useTranslation('kubeadm-config')
  return (
    <div aria-busy aria-label={t('loading')} role="status">
      <div className="skeleton kubeadm-skeleton" />
      <div className="skeleton kubeadm-skeleton" />
    </div>
  )
}
