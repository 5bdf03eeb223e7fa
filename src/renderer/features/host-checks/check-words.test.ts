// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest'
import { checkCatalog, type CheckEntry, type CheckId, checkIds } from '#core/host-checks/catalog.ts'
import type { HostFinding } from '#shared/contract/host-checks.ts'
import { machineTabs } from '../machine/tabs.ts'
import { wayOutOf } from './check-words.ts'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))

const catalog: Readonly<Record<CheckId, CheckEntry>> = checkCatalog

/** Every check at every result, with what leads on from it: `check variant tab`. */
const waysOut = (target: string) =>
  checkIds.flatMap((id) =>
    Object.entries(catalog[id].variants).flatMap(([variant, result]) => {
      const wayOut = wayOutOf({ id, variant, result } as HostFinding, target)
      return wayOut === null ? [] : [{ is: `${id} ${variant}`, ...wayOut }]
    }),
  )
const lines = (target: string, ...tabs: readonly string[]) =>
  waysOut(target)
    .filter(({ tab }) => tabs.includes(tab))
    .map(({ is, tab }) => `${is}: ${tab}`)

const setup = [
  'cni-binaries some',
  'cni-binaries none',
  'kubeadm-version absent',
  'kubelet-version absent',
  'kubelet-service absent',
  'tool-crictl missing',
  'tool-crictl useful',
].map((is) => `${is}: setup`)
const otherVersion = ['kubeadm-version older', 'kubelet-version newer', 'kubelet-version old']
const runtimes = [
  ...['differ', 'will-differ'].map((variant) => `cgroup-driver-agreement ${variant}`),
  'cgroup-driver-init cgroupfs',
  ...['several', 'none', 'stopped', 'docker-only', 'chosen', 'silent', 'disabled'].map((variant) => `runtime-cri ${variant}`),
  ...['ending', 'old'].map((variant) => `runtime-version ${variant}`),
].map((is) => `${is}: runtimes`)
const kubeadm = [
  'cni-config left',
  'control-plane-images pulled',
  ...['file-manifests', 'file-kubelet-conf', 'file-ca', 'dir-etcd'].flatMap((id) => [`${id} member`, `${id} left`]),
]

test('of all checks and results, these have a place that sets up what is missing', () => {
  expect(lines('local', 'setup')).toEqual(setup)
  expect(lines('local', 'runtimes')).toEqual(runtimes)
  expect(lines('local', 'downloads')).toEqual(otherVersion.map((is) => `${is}: downloads`))
  expect(lines('local', 'kubeadm')).toEqual(kubeadm.map((is) => `${is}: kubeadm`))
})

test('another machine is led only to what works on that machine', () => {
  expect(lines('ssh:box', 'setup')).toEqual(setup)
  expect(lines('ssh:box', 'runtimes')).toEqual(runtimes)
  expect(lines('ssh:box', 'kubeadm').toSorted()).toEqual([...kubeadm, ...otherVersion].map((is) => `${is}: kubeadm`).toSorted())
  for (const { is, ...search } of waysOut('ssh:box')) {
    const onTarget = machineTabs.find(({ id }) => id === search.tab)?.onTarget
    expect([is, typeof onTarget === 'function' ? onTarget(search) : onTarget]).toEqual([is, true])
  }
})
