import type { LogScript, ScriptedObject, ScriptedPod } from './script.ts'

const resources = {
  '/api/v1': { pods: 'Pod', namespaces: 'Namespace', nodes: 'Node', events: 'Event', services: 'Service' },
  '/apis/apps/v1': { deployments: 'Deployment', statefulsets: 'StatefulSet', daemonsets: 'DaemonSet', replicasets: 'ReplicaSet' },
  '/apis/batch/v1': { jobs: 'Job', cronjobs: 'CronJob' },
} as const
const verbs = ['get', 'list', 'watch']

/** Everything but logs, by path: discovery, lists and single objects. */
export type Objects = {
  readonly documents: ReadonlyMap<string, unknown>
  /** Objects of a list, with those of all namespaces under the path without one; null: no such list. */
  list(path: string): { readonly kind: string; readonly apiVersion: string; readonly items: readonly ScriptedObject[] } | null
}

export function createObjects(script: LogScript, opened: Date): Objects {
  const pods = script.pods.map((pod, at) => podObject(pod, at, opened))
  const namespaces = [...new Set(['default', ...script.pods.map((pod) => pod.namespace ?? 'default')])]
  const known: Record<string, readonly ScriptedObject[]> = {
    '/api/v1/namespaces': namespaces.map((name) => ({ metadata: { name, uid: `namespace-${name}` }, status: { phase: 'Active' } })),
    '/api/v1/nodes': [
      { metadata: { name: 'scripted', uid: 'node' }, spec: {}, status: { conditions: [{ type: 'Ready', status: 'True' }] } },
    ],
    ...Object.fromEntries(
      namespaces.map((name) => [
        `/api/v1/namespaces/${name}/pods`,
        pods.filter((_, at) => (script.pods[at]?.namespace ?? 'default') === name),
      ]),
    ),
    ...script.objects,
  }
  return { documents: discovery(), list: (path) => listed(known, path) }
}

function listed(known: Record<string, readonly ScriptedObject[]>, path: string): ReturnType<Objects['list']> {
  const parts = /^(\/api\/v1|\/apis\/(?:apps|batch)\/v1)(\/namespaces\/[^/]+)?\/([a-z]+)$/.exec(path)
  const [, group = '', namespace, resource = ''] = parts ?? []
  const kind = (resources[group as keyof typeof resources] as Record<string, string> | undefined)?.[resource]
  if (!kind) return null
  const suffix = `/${resource}`
  const items =
    namespace === undefined && resource !== 'namespaces' && resource !== 'nodes'
      ? Object.entries(known).flatMap(([each, objects]) => (each.startsWith(`${group}/`) && each.endsWith(suffix) ? objects : []))
      : (known[path] ?? [])
  return { kind, apiVersion: group.replace(/^\/apis?\//, ''), items }
}

function podObject(pod: ScriptedPod, at: number, opened: Date): ScriptedObject {
  const { namespace = 'default', name, labels = {}, containers, over = {} } = pod
  const started = new Date(opened.getTime() - 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z')
  const base = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, uid: `uid-${at}`, labels, creationTimestamp: started, resourceVersion: '1' },
    spec: { nodeName: 'scripted', containers: containers.map((each) => ({ name: each.name, image: 'scripted:1' })) },
    status: {
      phase: 'Running',
      podIP: '10.0.0.1',
      hostIP: '127.0.0.1',
      startTime: started,
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: containers.map((each) => ({
        name: each.name,
        ready: true,
        restartCount: 0,
        image: 'scripted:1',
        imageID: '',
        containerID: `containerd://${at}-${each.name}`,
        state: { running: { startedAt: started } },
        lastState: {},
        ...each.status,
      })),
    },
  }
  return laidOver(base, over) as ScriptedObject
}

function laidOver(base: unknown, over: unknown): unknown {
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isObject(base) || !isObject(over)) return over
  return {
    ...base,
    ...Object.fromEntries(Object.entries(over).map(([key, value]) => [key, key in base ? laidOver(base[key], value) : value])),
  }
}

function discovery(): Map<string, unknown> {
  const documents = new Map<string, unknown>([
    ['/version', { major: '1', minor: '34', gitVersion: 'v1.34.4', platform: 'linux/amd64' }],
    ['/readyz', 'ok'],
    ['/livez', 'ok'],
    ['/api', { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }],
    [
      '/apis',
      {
        kind: 'APIGroupList',
        apiVersion: 'v1',
        groups: ['apps', 'batch'].map((name) => {
          const version = { groupVersion: `${name}/v1`, version: 'v1' }
          return { name, versions: [version], preferredVersion: version }
        }),
      },
    ],
  ])
  for (const [path, kinds] of Object.entries(resources))
    documents.set(path, {
      kind: 'APIResourceList',
      apiVersion: 'v1',
      groupVersion: path.replace(/^\/apis?\//, ''),
      resources: Object.entries(kinds).map(([name, kind]) => ({
        name,
        singularName: kind.toLowerCase(),
        namespaced: name !== 'namespaces' && name !== 'nodes',
        kind,
        verbs,
        ...(name === 'pods' ? { shortNames: ['po'] } : {}),
      })),
    })
  return documents
}
