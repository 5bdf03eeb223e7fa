import { expect, test } from 'vitest'
import { sections } from '../exec/sections.ts'
import type { Target } from '../targets/types.ts'
import { readRuntime, runtimeIn } from './node-runtime.ts'

const usual = { sockets: '/run/containerd/containerd.sock', programs: 'ctr\ncrictl', snapshotter: '    snapshotter = "overlayfs"' }
const read = (parts: Readonly<Record<string, string>>) =>
  runtimeIn(
    sections(
      Object.entries({ ...usual, ...parts, end: '' })
        .map(([name, text]) => `== ${name}\n${text}\n`)
        .join('\n'),
    ),
    'lab',
  )
const code = (parts: Readonly<Record<string, string>>) => {
  try {
    return read(parts).socket
  } catch (error) {
    return [(error as { code: string }).code, (error as { facts: object }).facts]
  }
}
const [containerd, crio, shim] = ['/run/containerd/containerd.sock', '/run/crio/crio.sock', '/run/cri-dockerd.sock']

test('the runtime is the one that the kubelet is told, by its flag before its file', () => {
  const sockets = `${containerd}\n${crio}\n${shim}`
  expect(
    read({ sockets, 'kubelet-args': '/usr/bin/kubelet --container-runtime-endpoint=unix:///var/run/crio/crio.sock --v=2' }),
  ).toMatchObject({
    name: 'cri-o',
    socket: crio,
    folder: '/var/lib/containers',
  })
  expect(read({ sockets, 'kubelet-config': 'containerRuntimeEndpoint: unix:///run/cri-dockerd.sock' })).toMatchObject({
    name: 'docker',
    socket: shim,
  })
  // Since 1.34 kubeadm writes it into a file of its own, which wins over the cluster's.
  const instance = {
    'kubelet-instance': `containerRuntimeEndpoint: unix://${containerd}`,
    'kubelet-config': `containerRuntimeEndpoint: unix://${crio}`,
  }
  expect(read({ sockets, ...instance })).toMatchObject({ name: 'containerd', socket: containerd })
  expect(read({ 'kubelet-config': 'containerRuntimeEndpoint: unix:///srv/containerd-2/containerd.sock' })).toMatchObject({
    name: 'containerd',
    socket: '/srv/containerd-2/containerd.sock',
  })
})

test('without a kubelet it is the only one; none and several are told', () => {
  expect(code({ sockets: crio })).toBe(crio)
  expect(code({ sockets: '' })).toEqual(['host-runtime-absent', { target: 'lab', socket: null }])
  expect(code({ sockets: '', 'kubelet-config': `containerRuntimeEndpoint: unix://${crio}` })).toEqual([
    'host-runtime-absent',
    { target: 'lab', socket: crio },
  ])
  expect(code({ sockets: `${containerd}\n${crio}` })).toEqual([
    'host-runtime-unclear',
    { target: 'lab', sockets: `${containerd}, ${crio}` },
  ])
})

test('programs, what it unpacks with, and room', () => {
  const free = 'containerd /dev/sda1 41152812 9152812 29877512 24% /\ndocker overlay 1 1 0 100% /x'
  expect(read({ free, snapshotter: "      snapshotter = 'native'" })).toMatchObject({
    programs: ['ctr', 'crictl'],
    snapshotter: 'native',
    folder: '/var/lib/containerd',
    freeBytes: 29_877_512 * 1024,
  })
  expect(read({ free: '' }).freeBytes).toBeNull()
})

test('without a way to root nothing is asked; a window for a password opens in jobs only', async () => {
  const asked: string[] = []
  const target = (root: string, os = 'linux') =>
    ({
      name: 'lab',
      look: async () => ({ os, arch: 'amd64', system: '', distribution: [], user: 'ann', root }),
      run: async ({ argv }: { argv: readonly string[] }) => {
        asked.push(argv[0] ?? '')
        return { id: 'c', stdout: `== sockets\n${containerd}\n\n== end\n`, stderr: '', exitCode: 0, cancelled: false, timedOut: false }
      },
    }) as unknown as Target
  await expect(readRuntime(target('none'), { jobId: 'j' })).rejects.toMatchObject({
    code: 'host-root-needed',
    facts: { target: 'lab', user: 'ann' },
  })
  await expect(readRuntime(target('pkexec'))).rejects.toMatchObject({ code: 'host-root-needed' })
  await expect(readRuntime(target('direct', 'darwin'))).rejects.toMatchObject({ code: 'host-unsupported' })
  expect(asked).toEqual([])
  expect(await readRuntime(target('pkexec'), { jobId: 'j' })).toMatchObject({ name: 'containerd', arch: 'amd64' })
  expect(await readRuntime(target('sudo'))).toMatchObject({ socket: containerd })
})
