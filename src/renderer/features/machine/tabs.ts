import type { ComponentType } from 'react'
import type { TargetId } from '#shared/contract/targets.ts'
import type { MachineTabId } from '../../routes.tsx'
import { ChecksTab } from '../host-checks/checks-tab.tsx'
import { DownloadsTab } from '../downloads/downloads-tab.tsx'
import { RuntimesTab } from '../runtimes/runtimes-tab.tsx'
import { KubeadmTab } from '../kubeadm/kubeadm-tab.tsx'
import { LeftoversSection } from './leftovers-section.tsx'
import { ToolsTab } from './tools-tab.tsx'

export type MachineTab = {
  /** Its name is `tab.<id>` among the words of `machine`. */
  readonly id: MachineTabId
  /** What stands below the row of tabs, in a frame that scrolls; made anew for another target. */
  readonly Component: ComponentType<{ readonly target: TargetId }>
  /** It works on a target: the choice of one stands above it, and what Cove changed there below it. */
  readonly onTarget: boolean
}

/** In the order in which they stand; the first is shown where the address names none. */
export const machineTabs: readonly MachineTab[] = [
  { id: 'tools', Component: ToolsTab, onTarget: false },
  { id: 'downloads', Component: DownloadsTab, onTarget: false },
  { id: 'runtimes', Component: RuntimesTab, onTarget: true },
  { id: 'checks', Component: ChecksTab, onTarget: true },
  { id: 'kubeadm', Component: KubeadmTab, onTarget: true },
  { id: 'leftovers', Component: LeftoversSection, onTarget: false },
]
