import { describe, expect, it } from 'vitest'
import { podHealth } from './pod-health.ts'
import { podStatus } from './pod-status.ts'
import { rawPodSchema } from './raw.ts'

type Container = { name: string; state?: object; ready?: boolean; started?: boolean; restartCount?: number; lastState?: object }
type Given = {
  phase?: string
  reason?: string
  deleted?: boolean
  conditions?: Record<string, string>
  conditionReason?: Record<string, string>
  init?: Container[]
  sidecars?: string[]
  containers?: Container[]
}

const running = (name: string, more: Partial<Container> = {}): Container => ({
  name,
  state: { running: { startedAt: '2026-11-23T23:00:00Z' } },
  ready: true,
  started: true,
  ...more,
})
const waiting = (name: string, reason: string, more: Partial<Container> = {}): Container => ({
  name,
  state: { waiting: { reason } },
  ready: false,
  started: false,
  ...more,
})
const terminated = (name: string, exitCode: number, reason = '', more: object = {}): Container => ({
  name,
  state: { terminated: { exitCode, reason, ...more } },
  ready: false,
})
const crashedAt = (finishedAt: string) => ({ terminated: { exitCode: 1, reason: 'Error', finishedAt } })

function pod({
  phase = 'Running',
  reason,
  deleted,
  conditions = {},
  conditionReason = {},
  init = [],
  sidecars = [],
  containers = [running('a')],
}: Given) {
  return rawPodSchema.parse({
    metadata: { uid: 'u', name: 'p', namespace: 'n', ...(deleted ? { deletionTimestamp: '2026-11-23T23:00:00Z' } : {}) },
    spec: {
      containers: containers.map(({ name }) => ({ name })),
      initContainers: init.map(({ name }) => ({ name, ...(sidecars.includes(name) ? { restartPolicy: 'Always' } : {}) })),
    },
    status: {
      phase,
      ...(reason ? { reason } : {}),
      conditions: Object.entries(conditions).map(([type, status]) => ({ type, status, reason: conditionReason[type] })),
      containerStatuses: containers,
      initContainerStatuses: init,
    },
  })
}

const ready = { Ready: 'True', Initialized: 'True' }
const unstarted = waiting('a', 'PodInitializing')
const at = '2026-11-23T23:00:00Z'

// name, pod, STATUS, READY, RESTARTS, health
const table: [string, Given, string, string, number, string][] = [
  ['running', { conditions: ready }, 'Running', '1/1', 0, 'ok'],
  ['running, not ready yet', { containers: [running('a', { ready: false })] }, 'Running', '0/1', 0, 'progressing'],
  ['running, one of two ready', { containers: [running('a'), running('b', { ready: false })] }, 'Running', '1/2', 0, 'warning'],
  ['not scheduled', { phase: 'Pending', containers: [] }, 'Pending', '0/0', 0, 'progressing'],
  [
    'cannot be scheduled',
    { phase: 'Pending', containers: [], conditions: { PodScheduled: 'False' }, conditionReason: { PodScheduled: 'Unschedulable' } },
    'Pending',
    '0/0',
    0,
    'warning',
  ],
  [
    'gated',
    { phase: 'Pending', containers: [], conditions: { PodScheduled: 'False' }, conditionReason: { PodScheduled: 'SchedulingGated' } },
    'SchedulingGated',
    '0/0',
    0,
    'warning',
  ],
  ['creating', { phase: 'Pending', containers: [waiting('a', 'ContainerCreating')] }, 'ContainerCreating', '0/1', 0, 'progressing'],
  ['image not pulled', { phase: 'Pending', containers: [waiting('a', 'ErrImagePull')] }, 'ErrImagePull', '0/1', 0, 'bad'],
  ['image pull backs off', { phase: 'Pending', containers: [waiting('a', 'ImagePullBackOff')] }, 'ImagePullBackOff', '0/1', 0, 'bad'],
  ['image name', { phase: 'Pending', containers: [waiting('a', 'InvalidImageName')] }, 'InvalidImageName', '0/1', 0, 'bad'],
  [
    'config missing',
    { phase: 'Pending', containers: [waiting('a', 'CreateContainerConfigError')] },
    'CreateContainerConfigError',
    '0/1',
    0,
    'bad',
  ],
  [
    'crash loop',
    { containers: [waiting('a', 'CrashLoopBackOff', { restartCount: 7, lastState: crashedAt(at) })] },
    'CrashLoopBackOff',
    '0/1',
    7,
    'bad',
  ],
  ['crashed just now', { containers: [terminated('a', 1, 'Error')] }, 'Error', '0/1', 0, 'bad'],
  ['out of memory', { containers: [terminated('a', 137, 'OOMKilled')] }, 'OOMKilled', '0/1', 0, 'bad'],
  ['exit without a reason', { containers: [terminated('a', 3)] }, 'ExitCode:3', '0/1', 0, 'bad'],
  ['signal without a reason', { containers: [terminated('a', 137, '', { signal: 9 })] }, 'Signal:9', '0/1', 0, 'bad'],
  ['completed', { phase: 'Succeeded', containers: [terminated('a', 0, 'Completed')] }, 'Completed', '0/1', 0, 'done'],
  ['succeeded without statuses', { phase: 'Succeeded', containers: [] }, 'Succeeded', '0/0', 0, 'done'],
  ['failed without statuses', { phase: 'Failed', containers: [] }, 'Failed', '0/0', 0, 'bad'],
  ['failed job', { phase: 'Failed', containers: [terminated('a', 2, 'Error')] }, 'Error', '0/1', 0, 'bad'],
  ['evicted', { phase: 'Failed', reason: 'Evicted', containers: [] }, 'Evicted', '0/0', 0, 'bad'],
  ['past its deadline', { phase: 'Failed', reason: 'DeadlineExceeded', containers: [] }, 'DeadlineExceeded', '0/0', 0, 'bad'],
  [
    'first done, second runs, pod ready',
    { containers: [terminated('a', 0, 'Completed'), running('b')], conditions: ready },
    'Running',
    '1/2',
    0,
    'warning',
  ],
  [
    'first done, second runs, pod not ready',
    { containers: [terminated('a', 0, 'Completed'), running('b')] },
    'NotReady',
    '1/2',
    0,
    'warning',
  ],
  [
    'the first reason wins',
    { containers: [waiting('a', 'ImagePullBackOff'), waiting('b', 'CrashLoopBackOff')] },
    'ImagePullBackOff',
    '0/2',
    0,
    'bad',
  ],
  [
    'running first, crashing second',
    { containers: [running('a'), waiting('b', 'CrashLoopBackOff', { restartCount: 2 })] },
    'CrashLoopBackOff',
    '1/2',
    2,
    'bad',
  ],
  ['terminating', { deleted: true, conditions: ready }, 'Terminating', '1/1', 0, 'progressing'],
  ['terminating while crashing', { deleted: true, containers: [waiting('a', 'CrashLoopBackOff')] }, 'Terminating', '0/1', 0, 'progressing'],
  [
    'deleted when it was over',
    { deleted: true, phase: 'Succeeded', containers: [terminated('a', 0, 'Completed')] },
    'Completed',
    '0/1',
    0,
    'done',
  ],
  ['deleted when it had failed', { deleted: true, phase: 'Failed', containers: [terminated('a', 1, 'Error')] }, 'Error', '0/1', 0, 'bad'],
  ['node lost', { deleted: true, reason: 'NodeLost' }, 'Unknown', '1/1', 0, 'unknown'],
  ['phase unknown', { phase: 'Unknown', containers: [] }, 'Unknown', '0/0', 0, 'unknown'],
  [
    'first init runs',
    { phase: 'Pending', init: [{ name: 'i', state: { running: {} } }, waiting('j', 'PodInitializing')], containers: [unstarted] },
    'Init:0/2',
    '0/1',
    0,
    'progressing',
  ],
  [
    'second init runs',
    { phase: 'Pending', init: [terminated('i', 0, 'Completed'), { name: 'j', state: { running: {} } }], containers: [unstarted] },
    'Init:1/2',
    '0/1',
    0,
    'progressing',
  ],
  [
    'init waits for the pod',
    { phase: 'Pending', init: [waiting('i', 'PodInitializing')], containers: [unstarted] },
    'Init:0/1',
    '0/1',
    0,
    'progressing',
  ],
  [
    'init crash loop',
    { phase: 'Pending', init: [waiting('i', 'CrashLoopBackOff', { restartCount: 3, lastState: crashedAt(at) })], containers: [unstarted] },
    'Init:CrashLoopBackOff',
    '0/1',
    3,
    'bad',
  ],
  ['init crashed', { phase: 'Pending', init: [terminated('i', 1, 'Error')], containers: [unstarted] }, 'Init:Error', '0/1', 0, 'bad'],
  [
    'init exit without a reason',
    { phase: 'Pending', init: [terminated('i', 4)], containers: [unstarted] },
    'Init:ExitCode:4',
    '0/1',
    0,
    'bad',
  ],
  [
    'init signal',
    { phase: 'Pending', init: [terminated('i', 137, '', { signal: 9 })], containers: [unstarted] },
    'Init:Signal:9',
    '0/1',
    0,
    'bad',
  ],
  [
    'init image',
    { phase: 'Pending', init: [waiting('i', 'ImagePullBackOff')], containers: [unstarted] },
    'Init:ImagePullBackOff',
    '0/1',
    0,
    'bad',
  ],
  [
    'init failed for good',
    { phase: 'Failed', init: [terminated('i', 1, 'Error')], containers: [unstarted] },
    'Init:Error',
    '0/1',
    0,
    'bad',
  ],
  [
    'init done, container creating',
    { phase: 'Pending', init: [terminated('i', 0, 'Completed')], containers: [unstarted] },
    'PodInitializing',
    '0/1',
    0,
    'progressing',
  ],
  [
    'init done counts no restarts of it',
    { init: [{ ...terminated('i', 0, 'Completed'), restartCount: 5 }], containers: [running('a', { restartCount: 1 })] },
    'Running',
    '1/1',
    1,
    'ok',
  ],
  [
    'sidecar starts',
    { phase: 'Pending', sidecars: ['s'], init: [{ name: 's', state: { running: {} }, started: false }], containers: [unstarted] },
    'Init:0/1',
    '0/2',
    0,
    'progressing',
  ],
  [
    'sidecar runs, container too',
    { sidecars: ['s'], init: [running('s', { restartCount: 2 })], conditions: ready },
    'Running',
    '2/2',
    2,
    'ok',
  ],
  ['sidecar runs unready', { sidecars: ['s'], init: [running('s', { ready: false })] }, 'Running', '1/2', 0, 'warning'],
  [
    'sidecar crashes before the pod starts',
    { phase: 'Pending', sidecars: ['s'], init: [waiting('s', 'CrashLoopBackOff', { restartCount: 4 })], containers: [unstarted] },
    'Init:CrashLoopBackOff',
    '0/2',
    4,
    'bad',
  ],
  [
    'sidecar crashed later',
    { sidecars: ['s'], init: [waiting('s', 'CrashLoopBackOff', { restartCount: 4 })], conditions: { Initialized: 'True' } },
    'Init:CrashLoopBackOff',
    '1/2',
    4,
    'bad',
  ],
  [
    'sidecar ended with the job',
    { phase: 'Succeeded', sidecars: ['s'], init: [terminated('s', 0, 'Completed')], containers: [terminated('a', 0, 'Completed')] },
    'Completed',
    '0/2',
    0,
    'done',
  ],
  ['a reason of tomorrow is shown raw', { containers: [waiting('a', 'QuantumFlux')] }, 'QuantumFlux', '0/1', 0, 'bad'],
]

describe('podStatus prints what kubectl get pods prints', () => {
  it.each(table)('%s', (_name, given, status, readiness, restarts, health) => {
    const raw = pod(given)
    const computed = podStatus(raw)
    expect({
      status: computed.status,
      ready: `${computed.ready}/${computed.total}`,
      restarts: computed.restarts,
      health: podHealth(raw, computed),
    }).toEqual({
      status,
      ready: readiness,
      restarts,
      health,
    })
  })

  it('takes the latest restart', () => {
    const containers = [
      running('a', { restartCount: 1, lastState: crashedAt('2026-11-23T23:00:00Z') }),
      running('b', { restartCount: 1, lastState: crashedAt('2026-11-23T23:05:00Z') }),
    ]
    expect(podStatus(pod({ containers })).lastRestartAt).toBe(Date.parse('2026-11-23T23:05:00Z'))
    expect(podStatus(pod({})).lastRestartAt).toBeNull()
  })
})
