import { expect, test } from 'vitest'
import { createNode } from './fixtures/machine.ts'
import { type NodeWork, waitMoved } from './migration-node.ts'

const workOn = (node: ReturnType<typeof createNode>, limitMs: number): NodeWork => ({
  target: node.target,
  kube: {} as never,
  jobId: 'j1',
  signal: new AbortController().signal,
  limitMs,
  pauseMs: 1,
})

test('a node without pods has moved; one that does not say which it has has not', async () => {
  const node = createNode('host-1')
  node.podDriver = 'none'
  await waitMoved(workOn(node, 10_000), 'host-1', 'systemd', () => {})
  node.refuse = 'kubepods'
  await expect(waitMoved(workOn(node, 100), 'host-1', 'systemd', () => {})).rejects.toMatchObject({ code: 'cgroups-not-moved' })
})
