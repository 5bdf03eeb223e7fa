import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createChanges } from '../../changes.ts'
import { createKubeadmConfig } from './kubeadm-config.ts'
import { summaryOf } from './saved-file.ts'

const document =
  'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n---\napiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n'

test('a file is told by its kinds and its version', () => {
  expect(summaryOf(document)).toEqual({ kinds: ['ClusterConfiguration', 'KubeletConfiguration'], apiVersion: 'v1beta4' })
  expect(summaryOf(document.slice(document.indexOf('---') + 4))).toEqual({ kinds: ['KubeletConfiguration'], apiVersion: null })
})

test.each([
  ['kind: Pod\n', 'unknown-kind'],
  ['a: [\n', 'syntax'],
  ['['.repeat(20_000), 'syntax'],
])('what is none is refused: %.10j', (text, reason) => {
  expect(() => summaryOf(text)).toThrow(expect.objectContaining({ code: 'document-invalid', facts: expect.objectContaining({ reason }) }))
})

test('files are kept under their names, as documents that kubeadm takes', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cove-kubeadm-files-'))
  try {
    const changes = createChanges()
    const topics: string[] = []
    changes.on((topic) => topics.push(topic))
    const { files } = createKubeadmConfig({ targets: { get: () => Promise.reject(new Error('nobody is asked')) }, dataDir, changes })
    const saved = await files.save({ id: null, name: 'First plane', document })
    expect(saved).toMatchObject({ id: 'first-plane', name: 'First plane', kinds: ['ClusterConfiguration', 'KubeletConfiguration'] })
    expect(await readFile(saved.file, 'utf8')).toBe(`# Cove kubeadm configuration: First plane\n${document}`)
    await expect(files.save({ id: null, name: 'First plane', document })).rejects.toMatchObject({ code: 'document-name-taken' })
    await expect(files.get('../settings')).rejects.toMatchObject({ code: 'not-found', facts: { what: 'document' } })
    expect(await files.remove(saved.id)).toEqual({ removed: true })
    expect(topics).toEqual(['kubeadm-files', 'kubeadm-files'])
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})
