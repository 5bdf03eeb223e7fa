import { expect, test } from 'vitest'
import type { Pod } from '#shared/contract/workloads.ts'
import { fits, wordsOf } from '../../ui/index.ts'
import { podText } from './pod-look.ts'

test('a pod is found by its node, owner, container, status and labels, in any order of the words', () => {
  const pod = {
    name: 'web-7f',
    namespace: 'shop',
    node: 'shop-worker2',
    status: 'CrashLoopBackOff',
    owner: 'Deployment/web',
    containers: [{ name: 'nginx' }],
    labels: { app: 'front' },
  } as unknown as Pod
  for (const words of ['worker2 web', 'deployment nginx', 'app=front crash', 'SHOP']) expect(fits(podText(pod), wordsOf(words))).toBe(true)
  expect(fits(podText(pod), wordsOf('web other'))).toBe(false)
})
