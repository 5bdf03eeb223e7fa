import { expect, test } from 'vitest'
import type { CommandResult } from '../exec/types.ts'
import type { Target, TargetCommand } from '../targets/types.ts'
import type { ImageFacts } from './archive.ts'
import { heldByNode, importCommand, type Node, removeFromNode } from './held.ts'
import type { NodeRuntime } from './node-runtime.ts'

const id = `sha256:${'a'.repeat(64)}`
const web: ImageFacts = { ref: 'docker.io/library/web:1', ids: [id], idsOf: 'configuration', architecture: 'amd64' }

/** A machine whose commands answer by their words, and that tells which it was given. */
function nodeOf(name: NodeRuntime['name'], programs: readonly string[], answer: (words: string) => Partial<CommandResult> = () => ({})) {
  const said: string[] = []
  const run = async ({ argv, root }: TargetCommand) => {
    said.push(`${root === true ? '# ' : ''}${argv.join(' ')}`)
    return {
      id: 'c',
      argv,
      exitCode: 0,
      signal: null,
      stdout: '',
      stderr: '',
      cancelled: false,
      timedOut: false,
      durationMs: 1,
      ...answer(argv.join(' ')),
    }
  }
  const socket = { containerd: '/run/containerd/containerd.sock', 'cri-o': '/run/crio/crio.sock', docker: '/run/cri-dockerd.sock' }[name]
  const runtime = { name, socket, programs, snapshotter: 'overlayfs', arch: 'amd64', folder: '/var/lib/x', freeBytes: null }
  return { node: { target: { name: 'lab', run } as unknown as Target, runtime } satisfies Node, said }
}

// `crictl images --output=json` of cri-tools 1.34 over CRI-O, whose ids have no `sha256:`; containerd's have.
const cri = JSON.stringify({
  images: [
    {
      id: 'a'.repeat(64),
      repoTags: ['docker.io/library/web:1', 'docker.io/library/web:latest'],
      repoDigests: [],
      size: '8493466',
      username: '',
      pinned: false,
    },
    { id: 'b'.repeat(64), repoTags: [], repoDigests: ['quay.io/x@sha256:1'], size: '12' },
  ],
})
// `podman images --format=json` of podman 5.
const podman = JSON.stringify([{ Id: 'a'.repeat(64), Names: ['docker.io/library/web:1'], Size: 8_493_466 }])

test('what CRI-O holds, through crictl, else through podman, which has the same store', async () => {
  const first = nodeOf('cri-o', ['crictl'], () => ({ stdout: cri }))
  const held = await heldByNode(first.node)
  expect(held.images).toEqual([
    { ref: 'docker.io/library/web:1', id, sizeBytes: 8_493_466 },
    { ref: 'docker.io/library/web:latest', id, sizeBytes: 8_493_466 },
    { ref: `sha256:${'b'.repeat(64)}`, id: `sha256:${'b'.repeat(64)}`, sizeBytes: 12 },
  ])
  expect([
    held.has(web),
    held.has({ ...web, ref: null }),
    held.has({ ...web, ids: ['sha256:0'] }),
    held.has({ ...web, ref: 'x:1' }),
  ]).toEqual([true, true, false, false])
  expect(first.said).toEqual(['# crictl --runtime-endpoint=unix:///run/crio/crio.sock images --output=json'])
  const second = nodeOf('cri-o', ['podman'], () => ({ stdout: podman }))
  expect((await heldByNode(second.node)).has(web)).toBe(true)
})

test('what Docker behind cri-dockerd holds, under the names that the CRI gives', async () => {
  const line = JSON.stringify({ ID: id, Repository: 'web', Tag: '1', Size: '8.49MB' })
  const { node, said } = nodeOf('docker', ['docker'], () => ({ stdout: `${line}\n` }))
  expect((await heldByNode(node)).images).toEqual([{ ref: 'docker.io/library/web:1', id, sizeBytes: 8_490_000 }])
  expect(await removeFromNode(node, 'docker.io/library/web:1', {})).toBe('removed')
  expect(await removeFromNode(node, 'docker.io/library/other:1', {})).toBe('absent')
  expect(said.filter((words) => words.includes(' rm '))).toEqual([
    '# docker --host=unix:///var/run/docker.sock image rm -- docker.io/library/web:1',
  ])
})

test('where a runtime names an image by another digest than those that are known, its name is all that can be looked for', async () => {
  const line = (ref: string, digit: string) =>
    `${ref} application/vnd.oci.image.manifest.v1+json sha256:${digit.repeat(64)} 2.9 MiB linux/amd64 -\n`
  const other = line('docker.io/library/web:1', 'e')
  const dockers = JSON.stringify({ ID: `sha256:${'e'.repeat(64)}`, Repository: 'web', Tag: '1', Size: '8.49MB' })
  const crio = cri.replaceAll('a'.repeat(64), 'e'.repeat(64))
  const kinds = ['configuration', 'target', 'both'] as const
  const may = async (name: NodeRuntime['name'], stdout: string, ref: string | null = web.ref) => {
    const held = await heldByNode(nodeOf(name, ['crictl'], () => ({ stdout })).node)
    expect(kinds.map((idsOf) => held.has({ ...web, ref, idsOf }))).toEqual([false, false, false])
    return kinds.filter((idsOf) => held.mayHave({ ...web, ref, idsOf }))
  }
  expect(await may('cri-o', crio)).toEqual(['target'])
  expect(await may('docker', dockers)).toEqual(['configuration', 'target'])
  // Without the CRI's part; with it the name by the configuration comes a moment after.
  expect(await may('containerd', other)).toEqual(['configuration'])
  expect(await may('containerd', other + line(`sha256:${'c'.repeat(64)}`, 'd'))).toEqual([])
  // Nothing of that name is there.
  for (const name of ['cri-o', 'docker', 'containerd'] as const) {
    const stdout = { 'cri-o': crio, docker: dockers, containerd: other }[name]
    expect(await may(name, stdout, 'docker.io/library/none:1')).toEqual([])
  }
  expect(await may('cri-o', crio, null)).toEqual(['target'])
})

test('a name goes through crictl where it is there, else through podman', async () => {
  const first = nodeOf('cri-o', ['crictl', 'podman'], () => ({ stdout: cri }))
  await removeFromNode(first.node, 'docker.io/library/web:1', {})
  expect(first.said.at(-1)).toBe('# crictl --runtime-endpoint=unix:///run/crio/crio.sock rmi docker.io/library/web:1')
  const second = nodeOf('cri-o', ['podman'], () => ({ stdout: podman }))
  await removeFromNode(second.node, 'docker.io/library/web:1', {})
  expect(second.said.at(-1)).toBe('# podman rmi -- docker.io/library/web:1')
})

test('what reads a tar from its stdin, by what is there', () => {
  const argv = (name: NodeRuntime['name'], programs: readonly string[], images = [web]) =>
    importCommand(nodeOf(name, programs).node, images).join(' ')
  expect(argv('containerd', ['ctr'])).toBe(
    'ctr --address=/run/containerd/containerd.sock --namespace=k8s.io images import --digests --snapshotter=overlayfs -',
  )
  expect(argv('docker', ['docker'])).toBe('docker --host=unix:///var/run/docker.sock load')
  expect(argv('cri-o', ['crictl', 'podman', 'skopeo'])).toBe('podman load --quiet')
  expect(argv('cri-o', ['skopeo'])).toBe('skopeo copy --quiet docker-archive:/dev/stdin containers-storage:docker.io/library/web:1')
  for (const [name, programs, tools, images] of [
    ['containerd', ['crictl'], 'ctr', [web]],
    ['docker', ['crictl'], 'docker', [web]],
    ['cri-o', ['crictl'], 'podman', [web]],
    // skopeo reads one image, by its name.
    ['cri-o', ['skopeo'], 'podman', [web, web]],
    ['cri-o', ['skopeo'], 'podman', [{ ...web, ref: null }]],
  ] as const)
    expect(() => argv(name, programs, [...images])).toThrow(
      expect.objectContaining({ code: 'host-image-tool-absent', facts: { target: 'lab', runtime: name, tools } }),
    )
})

test.each([
  ['ctr: failed to dial "/run/containerd/containerd.sock": context deadline exceeded', 1, 'host-runtime-absent'],
  ['env: ‘ctr’: No such file or directory', 127, 'host-image-tool-absent'],
  ['ctr: write /var/lib/containerd/x: no space left on device', 1, 'host-disk-full'],
  ['ctr: something else', 1, 'command-failed'],
])('%s', async (stderr, exitCode, code) => {
  await expect(heldByNode(nodeOf('containerd', ['ctr'], () => ({ stderr, exitCode })).node)).rejects.toMatchObject({ code })
})
