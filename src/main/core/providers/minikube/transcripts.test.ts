import { describe, expect, test } from 'vitest'
import type { JobStepId } from '#shared/contract/jobs.ts'
import { explain } from '../../engines/explain.ts'
import { diagnose } from './diagnose.ts'
import { parseEvent, parseEvents } from './events.ts'
import { recorded, transcript } from './fixtures/transcripts.ts'
import { parseAddOns, parseHeldImages, parseServices, parseStatus, parseVersions } from './parse.ts'
import { parseConfig } from './profiles.ts'
import { createStepReader, createSteps, startSteps } from './steps.ts'

const all = recorded()
const events = all.filter(({ file }) => file.endsWith('.jsonl'))

test('every transcript is read by one of these tests', () => {
  expect(all.length).toBeGreaterThanOrEqual(39)
  for (const { file } of all)
    expect(file).toMatch(/\.jsonl$|^(?:status|profile-list|addons-list|image-list|version)\b.*\.json$|^node-\w+\.txt$/)
})

test.each(events)('$file: each line is an event', ({ file }) => {
  const lines = transcript(file).split('\n').filter(Boolean)
  expect(lines.length).toBeGreaterThan(0)
  for (const line of lines) expect(parseEvent(line), line.slice(0, 200)).not.toBeNull()
})

const starts = events.filter(({ args }) => args[0] === 'start')
test.each(starts)('$file: steps only go forward, each once', ({ file }) => {
  const next = createStepReader()
  const steps = parseEvents(transcript(file)).flatMap((event) => next(event) ?? [])
  const order = createSteps({ controlPlanes: 1, workers: 1 }).map(({ id }) => id)
  expect(steps).toEqual(order.filter((id) => steps.includes(id)))
})

test.each<[string, number, readonly JobStepId[]]>([
  ['start.jsonl', 1, createSteps({ controlPlanes: 1, workers: 0 }).map(({ id }) => id)],
  ['start-two-nodes.jsonl', 2, createSteps({ controlPlanes: 1, workers: 1 }).map(({ id }) => id)],
  ['start-again.jsonl', 1, startSteps(1).map(({ id }) => id)],
  ['start-two-nodes-again.jsonl', 2, startSteps(2).map(({ id }) => id)],
])('%s announces what was promised for it', (file, _nodes, promised) => {
  const next = createStepReader()
  const steps = parseEvents(transcript(file)).flatMap((event) => next(event) ?? [])
  expect(steps).toEqual(promised.filter((id) => steps.includes(id)))
  expect(steps.filter((id) => !promised.includes(id))).toEqual([])
})

const result = (stdout: string, exitCode: number, stderr = '') => ({
  id: 'c1',
  argv: ['minikube', 'start'],
  exitCode,
  signal: null,
  stdout,
  stderr,
  durationMs: 1,
  truncated: false,
  timedOut: false,
  cancelled: false,
  outputFile: null,
})
function causeOf(file: string, exitCode: number) {
  const stdout = transcript(file)
  const faults = parseEvents(stdout).filter((event) => event.kind === 'error')
  const { code, facts } = diagnose(result(stdout, exitCode), faults, { cluster: 'bad', driver: null, version: 'v1.34.4', engine: explain })
  return { code, facts }
}

describe('a start that failed names its cause', () => {
  const expected: Record<string, object> = {
    'start-bad-name.jsonl': { code: 'name-invalid', facts: { name: 'bad', suggestion: null } },
    'start-bad-driver.jsonl': {
      code: 'driver-unusable',
      facts: { driver: 'none-such', reason: "The driver 'none-such' is not supported on linux/amd64" },
    },
    'start-as-root.jsonl': { code: 'driver-as-root', facts: { driver: 'docker' } },
    'start-bad-memory.jsonl': {
      code: 'memory-too-small',
      facts: { reason: 'Requested memory allocation 1MiB is less than the usable minimum of 1800MB' },
    },
    // Its end says only that the guest was not provisioned.
    'start-bad-cpus.jsonl': { code: 'cpu-too-few', facts: { cpus: 2, needed: 99 } },
    'start-bad-version.jsonl': {
      code: 'kubernetes-unsupported',
      facts: { version: '1.2.3', tool: 'minikube', reason: 'Kubernetes 1.2.3 is not supported by this release of minikube' },
    },
    'start-no-network.jsonl': {
      code: 'download-unreachable',
      facts: { url: 'https://api.github.com/repos/kubernetes/kubernetes/releases/tags/v1.34.4' },
    },
    'start-no-image.jsonl': {
      code: 'base-image-missing',
      facts: { image: 'cove.test/none:1', reason: expect.stringContaining('no such host') as string },
    },
    'start-kubeadm-fails.jsonl': {
      code: 'control-plane-unhealthy',
      facts: {
        node: 'bad',
        component: 'kube-apiserver',
        reason: expect.stringContaining('kube-apiserver is not healthy after 4m0') as string,
      },
    },
  }
  test.each(starts.filter(({ exitCode }) => exitCode !== 0))('$file', ({ file, exitCode }) => {
    expect(expected, file).toHaveProperty([file])
    expect(causeOf(file, exitCode)).toMatchObject(expected[file] as object)
  })
})

test.each(all.filter(({ file }) => file.startsWith('status')))('$file', ({ file }) => {
  const status = parseStatus(transcript(file))
  if (file === 'status-missing.json') return expect(status).toBeNull()
  const words: Record<string, readonly (readonly [string, string, string])[]> = {
    'status.json': [['one', 'Running', 'Running']],
    'status-paused.json': [['one', 'Running', 'Paused']],
    'status-stopped.json': [['one', 'Stopped', 'Stopped']],
    'status-two-nodes.json': [
      ['two', 'Running', 'Running'],
      ['two-m02', 'Running', 'Irrelevant'],
    ],
  }
  return expect(status?.map((node) => [node.name, node.host, node.apiServer])).toEqual(words[file])
})

test.each(all.filter(({ file }) => file.startsWith('profile-list')))(
  '$file: each configuration is one that profiles.ts reads',
  ({ file }) => {
    const { valid } = JSON.parse(transcript(file)) as { valid: { Name: string; Config: object }[] }
    for (const { Name, Config } of valid) {
      const config = parseConfig(JSON.stringify(Config))
      expect(config?.Name).toBe(Name)
      expect(config).toMatchObject({ Driver: 'docker', KubernetesConfig: { KubernetesVersion: 'v1.34.4', ContainerRuntime: 'containerd' } })
    }
    expect(valid.length > 0 || file === 'profile-list-empty.json').toBe(true)
  },
)

test('add-ons, images and versions', () => {
  const addOns = parseAddOns(transcript('addons-list.json'))
  expect(addOns?.filter((one) => one.enabled).map((one) => one.name)).toEqual(['default-storageclass', 'storage-provisioner'])
  expect(addOns?.length).toBeGreaterThan(30)
  const images = parseHeldImages(transcript('image-list.json'))
  expect(images?.find((one) => one.ref === 'cove.test/sample:1')?.sizeBytes).toBeGreaterThan(1_000_000)
  expect(images?.filter((one) => one.ref.startsWith('sha256:'))).toEqual([])
  expect(parseHeldImages('{"images":[{"id":"sha256:1","repoTags":[],"repoDigests":[],"size":"5"}]}')).toEqual([
    { ref: 'sha256:1', id: 'sha256:1', sizeBytes: 5 },
  ])
  expect(parseVersions('["v1.33.1","v1.33.0-rc.1","v1.32.5"]')).toEqual(['v1.33.1', 'v1.32.5'])
  expect(parseServices('[{"Namespace":"default","Name":"kubernetes","URLs":[],"PortNames":["No node port"]}]')).toEqual([
    { namespace: 'default', name: 'kubernetes', urls: [] },
  ])
  expect((JSON.parse(transcript('version.json')) as { minikubeVersion: string }).minikubeVersion).toBe('v1.36.0')
})

test.each(['', 'null', '[]', '{', '<html>', '{"specversion":"1.0","type":"io.k8s.sigs.minikube.info","data":{"message":"x"}}', '\0'])(
  'what is no answer is none: %j',
  (text) => {
    expect(parseStatus(text)).toBeNull()
    expect(parseVersions(text) ?? []).toEqual([])
    expect(parseHeldImages(text) ?? []).toEqual([])
  },
)

test.each(all.filter(({ file }) => file.startsWith('node-')))('$file: text, of which only the exit code is used', ({ file, exitCode }) => {
  expect(exitCode).toBe(0)
  expect(parseEvents(transcript(file))).toEqual([])
})
