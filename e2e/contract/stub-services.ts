import { createChanges } from '../../src/main/core/changes.ts'
import type { Services } from '../../src/main/core/router.ts'
import {
  command,
  downloaded,
  job,
  kubeadmState,
  networkSample,
  runtimesSample,
  kubeContext,
  logRow,
  nodeDetails,
  logViewState,
  pod,
  snapshotOfClusters,
  snapshotOfKubeconfig,
  tool,
  toolAbout,
  toolCheck,
  engine,
  profile,
  releases,
  settingsState,
  hostPlan,
  hostReport,
  kubeadmFacts,
  kubeadmFile,
  target,
  targetLook,
  tunnel,
} from './samples.ts'

export type Call = { readonly name: string; readonly args: readonly unknown[] }

export type Stub = {
  readonly services: Services
  readonly calls: Call[]
  readonly reported: { error: unknown; procedure: string }[]
  /** Streams that are open now, by name; each counts itself in when it is first read and out in its `finally`. */
  readonly open: Map<string, number>
  readonly changes: ReturnType<typeof createChanges>
  /** Thrown by every service method from now on. */
  fail(error: unknown): void
  /** What `jobs.commandOutput` waits for before it answers. */
  hold(until: Promise<void>): void
}

/** Core without core: each method answers with a sample of the right shape and is written down. */
export function stubServices(): Stub {
  const calls: Call[] = []
  const reported: Stub['reported'] = []
  const open = new Map<string, number>()
  const changes = createChanges()
  let failure: { error: unknown } | null = null
  let held: Promise<void> = Promise.resolve()

  const answer =
    <A extends unknown[], T>(name: string, value: (...args: A) => T) =>
    (...args: A): T => {
      calls.push({ name, args: args.filter((arg) => !(arg instanceof AbortSignal)) })
      if (failure) throw failure.error
      return value(...args)
    }
  const later = <A extends unknown[], T>(name: string, value: (...args: A) => T) => {
    const now = answer(name, value)
    return async (...args: A): Promise<T> => now(...args)
  }
  /** A few events, then silence until the signal is aborted. */
  const stream = <T>(name: string, event: (index: number) => T) =>
    async function* (...args: unknown[]): AsyncGenerator<T, void> {
      const signal = args.find((arg): arg is AbortSignal => arg instanceof AbortSignal)
      open.set(name, (open.get(name) ?? 0) + 1)
      try {
        answer<unknown[], null>(name, () => null)(...args)
        for (let index = 0; !signal?.aborted; index++) {
          yield event(index)
          // Silent after a few events, as a quiet pod is: only the signal can end it then.
          if (index < 3) await new Promise((resolve) => setTimeout(resolve, 5))
          else await new Promise((resolve) => signal?.addEventListener('abort', resolve))
        }
      } finally {
        open.set(name, (open.get(name) ?? 0) - 1)
      }
    }

  const noLeftovers = { items: [], sources: [], jobId: null }
  const services: Services = {
    info: { kind: 'web', version: '1.2.3', platform: 'linux', hostname: 'box', homeDir: '/home/安娜', locale: 'en-GB' },
    openUrl: later('openUrl', () => true),
    changes,
    clusters: {
      snapshot: later('clusters.snapshot', () => snapshotOfClusters),
      refresh: later('clusters.refresh', () => snapshotOfClusters),
      plan: later('clusters.plan', (spec) => ({
        spec: { ...spec, name: spec.name ?? 'kind' },
        image: 'kindest/node:v1.34.0',
        images: [],
        steps: [],
        commands: [['kind', 'create']],
        problems: [],
        findings: [],
      })),
      create: later('clusters.create', () => ({ jobId: 'j1' })),
      delete: later('clusters.delete', () => ({ jobId: 'j2' })),
      start: later('clusters.start', () => ({ jobId: 'j7' })),
      stop: later('clusters.stop', () => ({ jobId: 'j8' })),
      restart: later('clusters.restart', () => ({ jobId: 'j9' })),
      pause: later('clusters.pause', () => ({ jobId: 'j10' })),
      unpause: later('clusters.unpause', () => ({ jobId: 'j11' })),
      addNode: later('clusters.addNode', () => ({ jobId: 'j12' })),
      removeNode: later('clusters.removeNode', () => ({ jobId: 'j13' })),
      rebuild: later('clusters.rebuild', () => ({ jobId: 'j14' })),
      asked: answer('clusters.asked', () => null),
      document: later('clusters.document', () => ({
        provider: 'kind' as const,
        text: 'kind: Cluster\n',
        seen: 'made-from' as const,
        since: 1,
      })),
      adopt: later('clusters.adopt', () => undefined),
      addOns: later('clusters.addOns', () => [{ name: 'ingress', enabled: false }]),
      setAddOn: later('clusters.setAddOn', () => ({ jobId: 'j15' })),
      services: later('clusters.services', () => [{ namespace: 'default', name: 'web', urls: ['http://127.0.0.1:1'], balancer: [] }]),
      belongings: later('clusters.belongings', () => [{ kind: 'container' as const, name: 'shop-control-plane', sizeBytes: null }]),
      images: later('clusters.images', () => ({ nodes: [{ node: 'n', images: [], error: null }], asOf: 1 })),
      removeImage: later('clusters.removeImage', () => ({ jobId: 'j6' })),
      loadImage: later('clusters.loadImage', () => ({ jobId: 'j3' })),
      exportLogs: later('clusters.exportLogs', () => ({ jobId: 'j4' })),
    },
    workloads: {
      namespaces: later('workloads.namespaces', () => ['default', 'kube-system']),
      nodes: later('workloads.nodes', () => []),
      pods: later('workloads.pods', () => Array.from({ length: 5000 }, (_, i) => pod(`web-${i}`))),
      watchPods: stream('workloads.watchPods', () => ({ type: 'snapshot' as const, pods: [pod('web')], asOf: 1 })),
    },
    leftovers: {
      snapshot: answer('leftovers.snapshot', () => noLeftovers),
      refresh: later('leftovers.refresh', () => noLeftovers),
      remove: answer('leftovers.remove', () => ({ jobId: 'j6' })),
    },
    drivers: later('drivers', () => [{ name: 'docker', usable: true, problem: null, detail: null }]),
    engineImages: later('engineImages', () => [{ ref: 'web:1', id: 'sha256:1', sizeBytes: 1 }]),
    nodes: {
      details: later('nodes.details', () => nodeDetails),
      usage: stream('nodes.usage', (index) => ({ type: 'usage' as const, source: 'engine' as const, nodes: [], asOf: index })),
    },
    shells: {
      open: stream('shell.open', (index) =>
        index === 0 ? { type: 'opened' as const, shellId: 's' } : { type: 'output' as const, data: '\u001b[1m你\r\n' },
      ),
      write: later('shells.write', () => undefined),
      resize: later('shells.resize', () => undefined),
      taken: answer('shells.taken', () => undefined),
      close: later('shells.close', () => undefined),
    },
    logs: {
      prepare: stream('logs.prepare', () => null),
      open: later('logs.open', () => ({ viewId: 'v1' })),
      watch: stream('logs.watch', (index) => ({ ...logViewState, total: index })),
      rows: answer('logs.rows', ({ count }: { count: number }) => ({
        layout: 1,
        shown: count,
        from: 0,
        rows: Array.from({ length: count }, (_, id) => ({ ...logRow, id })),
      })),
      filter: answer('logs.filter', () => null),
      find: answer('logs.find', () => null),
      seek: answer('logs.seek', () => ({ at: 7, id: 70, index: 3 })),
      histogram: later('logs.histogram', () => ({ from: 1, to: 2, counts: [[1], [0], [0], [0], [0], [0], [0]], gaps: [] })),
      line: answer('logs.line', () => ({ text: 'whole', cut: false, trace: ['\tat a.b'] })),
      values: answer('logs.values', () => [{ id: 1, values: ['x', null] }]),
      loadHistory: later('logs.loadHistory', () => null),
      bookmark: answer('logs.bookmark', () => null),
      bookmarks: answer('logs.bookmarks', () => [{ at: 1, id: 1, note: 'here' }]),
      pin: answer('logs.pin', () => null),
      views: answer('logs.views', () => []),
      close: later('logs.close', () => null),
      feed: later('logs.feed', () => null),
      workloads: later('logs.workloads', () => ({ workloads: [{ namespace: 'shop', type: 'CronJob', name: 'nightly' }], error: null })),
      gone: later('logs.gone', () => []),
    },
    logSaves: {
      save: stream('logs.save', (index) =>
        index === 0 ? { type: 'offered' as const, path: '/save/s1' } : { type: 'read' as const, bytes: index },
      ),
    },
    jobs: {
      list: answer('jobs.list', () => [job]),
      get: answer('jobs.get', (id: string) => (id === job.id ? job : undefined)),
      watch: stream('jobs.watch', (index) =>
        index === 0 ? { type: 'snapshot' as const, job, commands: [command], output: [] } : { type: 'job' as const, job },
      ),
      cancel: later('jobs.cancel', () => ({ ...job, state: 'cancelled' as const })),
    },
    jobReport: later('jobReport', () => ({ name: 'cove-report.txt', text: 'all of it' })),
    exec: {
      commands: answer('exec.commands', () => [command]),
      output: async (...args) => {
        await held
        return answer('exec.output', (id: string, offset: number, _limit: number) => ({
          text: `${id}@${offset}`,
          nextOffset: null,
          totalBytes: 1,
        }))(...args)
      },
    },
    toolchain: {
      snapshot: answer('toolchain.snapshot', () => [tool]),
      refresh: later('toolchain.refresh', () => [tool]),
      startDownload: later('toolchain.startDownload', () => ({ jobId: 'j5' })),
      choose: later('toolchain.choose', () => [tool]),
      askNewest: later('toolchain.askNewest', () => [tool]),
      care: {
        verify: later('toolchain.verify', () => toolCheck),
        rollBack: later('toolchain.rollBack', () => undefined),
        remove: later('toolchain.remove', () => undefined),
        link: later('toolchain.link', () => undefined),
        unlink: later('toolchain.unlink', () => undefined),
      },
      os: 'linux',
      arch: 'amd64',
      binDir: '/data/bin',
    },
    toolDetails: {
      about: later('toolDetails.about', () => toolAbout),
      planShellLine: later('toolDetails.planShellLine', () => hostPlan),
    },
    clusterFits: later('clusterFits', () => [
      {
        name: 'shop',
        context: { file: '/f', name: 'kind-shop' },
        kubernetes: null,
        asOf: null,
        state: 'unknown' as const,
        path: null,
        copies: [],
        download: null,
      },
    ]),
    engines: { known: answer('engines.known', () => engine), status: async () => engine },
    kubeconfig: {
      snapshot: later('kubeconfig.snapshot', () => snapshotOfKubeconfig),
      reach: later('kubeconfig.reach', () => ({ state: 'reachable' as const, version: 'v1.34.0', tookMs: 12, error: null })),
      use: later('kubeconfig.use', () => snapshotOfKubeconfig),
      setNamespace: later('kubeconfig.setNamespace', () => snapshotOfKubeconfig),
      remove: later('kubeconfig.remove', () => ({ ...snapshotOfKubeconfig, contexts: [kubeContext] })),
      backups: later('kubeconfig.backups', () => [{ id: 'b1', file: '/k', at: 1, reason: 'r', bytes: 2 }]),
      restore: later('kubeconfig.restore', () => snapshotOfKubeconfig),
    },
    profiles: {
      list: later('profiles.list', () => ({ profiles: [profile], damaged: [], folder: '/data/profiles' })),
      get: later('profiles.get', () => ({ ...profile, document: 'a: 1' })),
      save: later('profiles.save', () => profile),
      rename: later('profiles.rename', () => profile),
      remove: later('profiles.remove', () => ({ removed: true })),
      keepManifest: later('profiles.keepManifest', () => '/home/用户/.cove/manifests/0a1b/app.yaml'),
      import: later('profiles.import', () => profile),
    },
    targets: {
      list: later('targets.list', () => [target]),
      get: later('targets.get', () => ({ look: async () => targetLook })),
      addSsh: later('targets.addSsh', () => target),
      removeSsh: later('targets.removeSsh', () => undefined),
    },
    kubeadmConfig: {
      facts: later('kubeadmConfig.facts', () => kubeadmFacts),
      defaults: later('kubeadmConfig.defaults', () => ({ text: 'a: 1', source: 'cove', version: null })),
      validate: later('kubeadmConfig.validate', () => ({ version: 'v1.34.4', ok: true, said: [], commandId: 'c1' })),
      migrate: later('kubeadmConfig.migrate', () => ({ version: 'v1.34.4', text: 'a: 1', kept: [], dropped: [], commandId: 'c1' })),
      files: {
        list: later('kubeadmConfig.files', () => ({ entries: [kubeadmFile], damaged: [], folder: '/data/kubeadm' })),
        get: later('kubeadmConfig.file', () => ({ ...kubeadmFile, document: 'a: 1' })),
        save: later('kubeadmConfig.save', () => kubeadmFile),
        remove: later('kubeadmConfig.remove', () => ({ removed: true })),
      },
    },
    network: {
      look: later('network.look', () => networkSample),
      fetch: later('network.fetch', () => ({ text: 'a: 1', url: 'https://example.com/a', redirected: true, sha256: 'ab', bytes: 4 })),
      review: later('network.review', () => ({ objects: [], images: [], plugins: [], ranges: [], corrected: null })),
      template: later('network.template', () => ({ text: 'a: 1' })),
      apply: later('network.apply', () => ({ jobId: 'j60' })),
      remove: later('network.remove', () => ({ jobId: 'j61' })),
      testPlan: later('network.testPlan', () => ({ nodes: [{ name: 'n1', used: true, holds: false }] })),
      test: later('network.test', () => ({ jobId: 'j62' })),
      lastTest: later('network.lastTest', () => null),
    },
    runtimes: {
      look: later('runtimes.look', () => runtimesSample),
      propose: later('runtimes.propose', () => hostPlan),
      migrate: later('runtimes.migrate', () => ({ jobId: 'j40' })),
      migrations: later('runtimes.migrations', () => []),
      resume: later('runtimes.resume', () => ({ jobId: 'j41' })),
      rollBack: later('runtimes.rollBack', () => ({ jobId: 'j42' })),
    },
    replacements: {
      plan: later('replacements.plan', () => ({
        node: 'box',
        controlPlane: false,
        refusal: null,
        configMap: { before: 'cgroupDriver: cgroupfs\n', after: 'cgroupDriver: systemd\n' },
        files: [],
        others: [],
        labels: [],
        taints: [],
        cordoned: false,
        leftovers: [],
      })),
      start: later('replacements.start', () => ({ jobId: 'j43' })),
      list: later('replacements.list', () => []),
      resume: later('replacements.resume', () => ({ jobId: 'j44' })),
      takeBack: later('replacements.takeBack', () => ({ jobId: 'j45' })),
      giveUp: later('replacements.giveUp', () => undefined),
      configMap: later('replacements.configMap', () => ({ before: '', after: '' })),
      setConfigMap: later('replacements.setConfigMap', () => undefined),
    },
    kubeadm: {
      state: later('kubeadm.state', () => kubeadmState),
      preflight: later('kubeadm.preflight', () => ({ jobId: 'j30' })),
      pullImages: later('kubeadm.pullImages', () => ({ jobId: 'j31' })),
      init: later('kubeadm.init', () => ({ jobId: 'j32' })),
      takeContext: later('kubeadm.takeContext', () => ({
        context: { file: '/f', name: 'kubernetes-admin@box' },
        server: 'https://10.0.0.5:6443',
        reachable: true,
      })),
      applyNetwork: later('kubeadm.applyNetwork', () => ({ jobId: 'j33' })),
      readJoin: answer('kubeadm.readJoin', () => ({ endpoint: '10.0.0.5:6443', tokenId: 'abcdef', hashes: [], controlPlane: false })),
      join: later('kubeadm.join', () => ({ jobId: 'j34' })),
      tokens: later('kubeadm.tokens', () => []),
      createToken: later('kubeadm.createToken', () => ({ id: 'abcdef', joinCommand: 'kubeadm join' })),
      renewToken: later('kubeadm.renewToken', () => []),
      deleteToken: later('kubeadm.deleteToken', () => []),
      certificates: later('kubeadm.certificates', () => []),
      renewCertificates: later('kubeadm.renewCertificates', () => ({ jobId: 'j35' })),
      upgrade: later('kubeadm.upgrade', () => ({ jobId: 'j36' })),
      leftovers: later('kubeadm.leftovers', () => []),
      reset: later('kubeadm.reset', () => ({ jobId: 'j37' })),
    },
    hostChanges: {
      plan: answer('hostChanges.plan', () => hostPlan),
      apply: later('hostChanges.apply', () => ({ jobId: 'j20' })),
      records: later('hostChanges.records', () => []),
      undo: later('hostChanges.undo', () => ({ jobId: 'j21' })),
    },
    tunnels: {
      plan: later('tunnels.plan', () => ({ command: ['minikube', 'tunnel'], asRoot: [], way: 'ports' as const, sudo: 'unused' as const })),
      get: answer('tunnels.get', () => null),
      start: later('tunnels.start', () => tunnel),
      end: later('tunnels.end', () => undefined),
    },
    setup: {
      plan: later('setup.plan', () => ({ intent: 'node' as const, target: 'local', kubernetes: 'v1.34', steps: [], asOf: 1 })),
      propose: later('setup.propose', () => hostPlan),
    },
    hostImages: {
      nodes: later('hostImages.nodes', () => [{ node: 'n', target: 'ssh:box', error: null }]),
      look: later('hostImages.look', () => ({
        runtime: 'containerd' as const,
        socket: '/run/containerd/containerd.sock',
        images: [],
        asOf: 1,
      })),
      load: later('hostImages.load', () => ({ jobId: 'j20' })),
      remove: later('hostImages.remove', () => ({ jobId: 'j21' })),
    },
    hostChecks: {
      run: later('hostChecks.run', () => hostReport),
      plan: later('hostChecks.plan', () => hostPlan),
      compare: later('hostChecks.compare', () => ({ machines: [], unreached: [] })),
    },
    downloads: {
      releases: later('downloads.releases', () => releases),
      askNewest: later('downloads.askNewest', () => releases.minors[0] as (typeof releases.minors)[number]),
      files: later('downloads.files', () => ({ files: [], missing: ['kubelet' as const], cosign: null })),
      ask: later('downloads.ask', () => [{ component: 'kubectl' as const, sha256: 'ab', bytes: 1, error: null }]),
      start: later('downloads.start', () => ({ jobId: 'j20' })),
      list: later('downloads.list', () => [downloaded]),
      verify: later('downloads.verify', () => downloaded),
      remove: later('downloads.remove', () => ({ fileRemoved: true })),
      images: later('downloads.images', () => ({
        images: [{ name: 'pause', ref: 'registry.k8s.io/pause:3.10.1', from: 'registry.k8s.io/pause:3.10.1' }],
        from: 'table' as const,
        kubeadm: null,
        sure: true,
        unknown: [],
        commands: [],
      })),
      askImages: later('downloads.askImages', () => [{ ref: 'registry.k8s.io/pause:3.10.1', digest: null, platforms: [], error: null }]),
      pullImages: later('downloads.pullImages', () => ({ jobId: 'j21' })),
      saveImages: later('downloads.saveImages', () => ({ jobId: 'j22' })),
    },
    settings: { state: answer('settings.state', () => settingsState), set: answer('settings.set', () => settingsState) },
    report: (error, procedure) => reported.push({ error, procedure }),
  }

  return {
    services,
    calls,
    reported,
    open,
    changes,
    fail: (error) => {
      failure = { error }
    },
    hold: (until) => {
      held = until
    },
  }
}
