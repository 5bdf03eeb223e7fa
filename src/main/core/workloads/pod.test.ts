import { describe, expect, it } from 'vitest'
import { apiNodeSchema, podSchema } from '#shared/contract/workloads.ts'
import { toApiNode } from './api-node.ts'
import { containerRun } from './container-run.ts'
import { toPod } from './pod.ts'
import { rawNodeSchema, rawPodSchema } from './raw.ts'

const raw = (more: { metadata?: object; spec?: object; status?: object } = {}) =>
  rawPodSchema.parse({
    metadata: { uid: 'u', name: 'web-6c5f9-x2x', namespace: 'shop', creationTimestamp: '2026-11-23T23:00:00Z', ...more.metadata },
    spec: { nodeName: 'n1', restartPolicy: 'Always', containers: [{ name: 'app', image: 'a:1' }], ...more.spec },
    status: { phase: 'Running', podIP: '10.0.0.1', ...more.status },
  })
const owned = (kind: string, name: string, labels: object = {}) =>
  toPod(raw({ metadata: { ownerReferences: [{ kind, name, controller: true }], labels } })).owner

describe('toPod', () => {
  it('is what the contract says', () => {
    const pod = toPod(
      raw({
        spec: {
          initContainers: [{ name: 'init' }, { name: 'proxy', restartPolicy: 'Always' }],
          ephemeralContainers: [{ name: 'debug', image: 'd' }],
        },
        status: {
          containerStatuses: [
            {
              name: 'app',
              ready: true,
              restartCount: 2,
              state: { running: { startedAt: '2026-11-23T23:01:00Z' } },
              lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: '2026-11-23T23:00:59Z' } },
            },
          ],
          initContainerStatuses: [{ name: 'init', state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
        },
      }),
    )
    expect(podSchema.parse(pod)).toEqual(pod)
    expect(
      pod.containers.map(({ name, kind, state, reason, exitCode, restarts, hasPrevious }) => [
        name,
        kind,
        state,
        reason,
        exitCode,
        restarts,
        hasPrevious,
      ]),
    ).toEqual([
      ['init', 'init', 'terminated', 'Completed', 0, 0, false],
      ['proxy', 'sidecar', 'unknown', '', null, 0, false],
      ['app', 'container', 'running', '', null, 2, true],
      ['debug', 'ephemeral', 'unknown', '', null, 0, false],
    ])
    expect(pod).toMatchObject({ node: 'n1', ip: '10.0.0.1', createdAt: Date.parse('2026-11-23T23:00:00Z'), owner: null })
  })

  it('names the Deployment behind its ReplicaSet, and others as they are', () => {
    expect(owned('ReplicaSet', 'web-6c5f9', { 'pod-template-hash': '6c5f9' })).toBe('Deployment/web')
    expect(owned('ReplicaSet', 'web-6c5f9')).toBe('ReplicaSet/web-6c5f9')
    expect(owned('DaemonSet', 'kindnet')).toBe('DaemonSet/kindnet')
  })

  it('reads lists that Go writes as null, and a pod without a status', () => {
    expect(toPod(raw({ spec: { containers: null, initContainers: null }, status: { containerStatuses: null } })).total).toBe(0)
    const bare = rawPodSchema.parse({ metadata: { uid: 'u', name: 'p', namespace: 'n' }, spec: { containers: [{ name: 'a' }] } })
    expect(toPod(bare)).toMatchObject({ status: 'Unknown', total: 1, ready: 0 })
  })
})

describe('containerRun', () => {
  const run = (state: object, more: { policy?: string; phase?: string; last?: object } = {}) =>
    containerRun(
      raw({
        spec: { restartPolicy: more.policy ?? 'Always' },
        status: {
          phase: more.phase ?? 'Running',
          containerStatuses: [{ name: 'app', containerID: 'c://1', restartCount: 1, state, lastState: more.last }],
        },
      }),
      'app',
    )

  it.each([
    ['running', { running: {} }, {}, false],
    ['ended, to be started again', { terminated: { exitCode: 1 } }, {}, false],
    ['ended well, to be started again', { terminated: { exitCode: 0 } }, {}, false],
    ['ended well, on failure', { terminated: { exitCode: 0 } }, { policy: 'OnFailure' }, true],
    ['ended badly, on failure', { terminated: { exitCode: 1 } }, { policy: 'OnFailure' }, false],
    ['ended badly, never', { terminated: { exitCode: 1 } }, { policy: 'Never' }, true],
    ['pod over', { terminated: { exitCode: 1 } }, { phase: 'Failed' }, true],
    ['backs off', { waiting: { reason: 'CrashLoopBackOff' } }, {}, false],
  ])('%s', (_name, state, more, final) => {
    expect(run(state, more).final).toBe(final)
  })

  it('knows how the last run ended while the next one waits', () => {
    expect(
      run({ waiting: { reason: 'CrashLoopBackOff' } }, { last: { terminated: { exitCode: 3, reason: 'Error', containerID: 'c://1' } } }),
    ).toMatchObject({
      id: 'c://1',
      exitCode: 3,
      reason: 'CrashLoopBackOff',
      last: { id: 'c://1', exitCode: 3, reason: 'Error', ranMs: null },
      ended: { number: 1, exitCode: 3, reason: 'Error', ranMs: null },
    })
  })

  it('knows which run ended last: the one before a run that goes on, or the newest itself', () => {
    const before = { terminated: { exitCode: 137, reason: 'OOMKilled', containerID: 'c://0' } }
    expect(run({ running: {} }, { last: before }).ended).toEqual({ number: 0, exitCode: 137, reason: 'OOMKilled', ranMs: null })
    expect(run({ terminated: { exitCode: 1, reason: 'Error', containerID: 'c://1' } }, { last: before }).ended).toMatchObject({
      number: 1,
      reason: 'Error',
    })
    expect(run({ running: {} }).ended).toBeNull()
  })

  it('passes on what is said beside the reason, and first how a run ended that is to be started again', () => {
    const missing = { waiting: { reason: 'CreateContainerConfigError', message: 'secret "db" not found' } }
    expect(run(missing).message).toBe('secret "db" not found')
    const backOff = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container' } }
    const last = (containerID: string, message?: string) => ({
      last: { terminated: { exitCode: 128, reason: 'StartError', containerID, message } },
    })
    expect(run(backOff, last('c://1')).message).toBe('back-off 10s restarting failed container')
    expect(run(backOff, last('c://1', 'exec: "nope": not found')).message).toBe('exec: "nope": not found')
    expect(run(backOff, last('c://0', 'of an older run')).message).toBe('back-off 10s restarting failed container')
    expect(run({ terminated: { exitCode: 128, message: 'no such file' } }).message).toBe('no such file')
    expect(run({ running: {} }, last('c://0', 'of an older run')).message).toBe('')
  })

  it('says when there is no such container', () => {
    expect(() => containerRun(raw(), 'nope')).toThrow(
      expect.objectContaining({ code: 'not-found', facts: { what: 'container', name: 'nope' } }),
    )
  })
})

describe('toApiNode', () => {
  it('is what the contract says', () => {
    const node = toApiNode(
      rawNodeSchema.parse({
        metadata: {
          uid: 'n',
          name: 'shop-control-plane',
          creationTimestamp: '2026-11-23T23:00:00Z',
          labels: { 'node-role.kubernetes.io/control-plane': '', other: 'x' },
        },
        status: {
          conditions: [{ type: 'Ready', status: 'False', reason: 'KubeletNotReady' }],
          addresses: [
            { type: 'Hostname', address: 'h' },
            { type: 'InternalIP', address: '172.18.0.2' },
          ],
          nodeInfo: { kubeletVersion: 'v1.34.4', containerRuntimeVersion: 'containerd://1.6' },
        },
      }),
    )
    expect(apiNodeSchema.parse(node)).toEqual(node)
    expect(node).toMatchObject({
      ready: 'not-ready',
      reason: 'KubeletNotReady',
      roles: ['control-plane'],
      version: 'v1.34.4',
      address: '172.18.0.2',
    })
  })
})
