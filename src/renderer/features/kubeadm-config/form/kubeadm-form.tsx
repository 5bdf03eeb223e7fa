import { useKubeadmForm } from './form-context.ts'
import { ApiSection, ClusterSection, ComponentsSection, NetworkSection } from './cluster-sections.tsx'
import { DiscoverySection, JoinPlaneSection } from './join-sections.tsx'
import { KubeletSection } from './kubelet-section.tsx'
import { NodeSection } from './node-section.tsx'
import { ResetSection, UpgradeSections } from './other-sections.tsx'

/** What people really set of what the file is for; all else stays in the text. */
export function KubeadmForm() {
  const { purpose } = useKubeadmForm().values
  switch (purpose) {
    case 'init':
      return (
        <>
          <ClusterSection />
          <NetworkSection />
          <ApiSection />
          <NodeSection kind="InitConfiguration" />
          <KubeletSection />
          <ComponentsSection />
        </>
      )
    case 'join':
      return (
        <>
          <DiscoverySection />
          <NodeSection kind="JoinConfiguration" />
          <JoinPlaneSection />
        </>
      )
    case 'upgrade':
      return <UpgradeSections />
    case 'reset':
      return <ResetSection />
  }
}
