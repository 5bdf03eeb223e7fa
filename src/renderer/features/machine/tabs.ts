import type { ComponentType } from 'react'
import type { TargetId } from '#shared/contract/targets.ts'
import type { MachineSearch, MachineTabId } from '../../routes.tsx'
import { ChecksTab } from '../host-checks/checks-tab.tsx'
import { DownloadsTab } from '../downloads/downloads-tab.tsx'
import { RuntimesTab } from '../runtimes/runtimes-tab.tsx'
import { SetupHead } from '../setup/setup-choice.tsx'
import { SetupTab } from '../setup/setup-tab.tsx'
import { isOnTarget } from '../setup/use-setup-search.ts'
import { TargetImagesTab } from '../images/target-images-tab.tsx'
import { KubeadmTab } from '../kubeadm/kubeadm-tab.tsx'
import { LeftoversSection } from './leftovers-section.tsx'
import { ToolsTab } from './tools-tab.tsx'

export type MachineTab = {
  /** Its name is `tab.<id>` among the words of `machine`. */
  readonly id: MachineTabId
  /** What stands below the row of tabs, in a frame that scrolls; made anew for another target. */
  readonly Component: ComponentType<{ readonly target: TargetId }>
  /** It works on a target: the choice of one stands above it, and what Cove changed there below it. Or only for some of what the address says. */
  readonly onTarget: boolean | ((search: MachineSearch) => boolean)
  /** Stands above it and above the choice of a target, and does not scroll. */
  readonly Head?: ComponentType
}

/** In the order in which they stand; the first is shown where the address names none. */
export const machineTabs: readonly MachineTab[] = [
  { id: 'tools', Component: ToolsTab, onTarget: false },
  { id: 'setup', Component: SetupTab, onTarget: isOnTarget, Head: SetupHead },
  { id: 'downloads', Component: DownloadsTab, onTarget: false },
  { id: 'runtimes', Component: RuntimesTab, onTarget: true },
  { id: 'images', Component: TargetImagesTab, onTarget: true },
  { id: 'checks', Component: ChecksTab, onTarget: true },
  { id: 'kubeadm', Component: KubeadmTab, onTarget: true },
  { id: 'leftovers', Component: LeftoversSection, onTarget: false },
]
