import { useTranslation } from 'react-i18next'
import type { KubeadmLeftover } from '#shared/contract/kubeadm.ts'

export function LeftoverName({ item }: { readonly item: Pick<KubeadmLeftover, 'kind' | 'name' | 'count'> }) {
  const { t } = useTranslation('kubeadm')
  return (
    <>
      {t(`leftover.${item.kind}`, { count: item.count ?? 0 })} <span className="mono">{item.name}</span>
    </>
  )
}
