import { createContext, use } from 'react'
import type { KubeadmFacts } from '#shared/contract/kubeadm-config-procedures.ts'
import { useDocumentForm } from '../../document/document-context.ts'
import { getIn, type Path } from '../../document/plain.ts'
import type { Change } from '../document/changes.ts'
import { isKind, shown, type Values } from '../document/parts.ts'

/** What the parts of the form need besides what every field needs. */
export type KubeadmForm = {
  readonly values: Values
  /** Of the machine that the file is for; null: not known yet, or it cannot be asked. */
  readonly facts: KubeadmFacts | null
  readonly change: (change: Change, key?: string) => void
}

export const KubeadmFormContext = createContext<KubeadmForm | null>(null)

export function useKubeadmForm(): KubeadmForm {
  const form = use(KubeadmFormContext)
  if (form === null) throw new Error('no kubeadm form around this part')
  return form
}

/** The value at a path of the document that the part around it is of. */
export function useValue(path: Path): unknown {
  const { values } = useKubeadmForm()
  const { which } = useDocumentForm()
  return isKind(which) ? getIn(values.of[which], path) : undefined
}

/** As it stands, for a field. */
export const useText = (path: Path): string => shown(useValue(path))
