import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ContextRef } from '#shared/contract/base.ts'
import type { HostIntent, HostReport } from '#shared/contract/host-checks.ts'
import type { Job } from '#shared/contract/jobs.ts'
import type { Settings } from '#shared/contract/settings.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import type { ToolName } from '#shared/contract/toolchain.ts'
import { createChanges } from './changes.ts'
import { createClusters } from './clusters/clusters.ts'
import { makeDataDir } from './data-dir.ts'
import { jobReport } from './diagnosis/report.ts'
import { createDownloads } from './downloads/downloads.ts'
import { createEngines } from './engines/engines.ts'
import { createExec } from './exec/exec.ts'
import { createHostChanges } from './host-changes/host-changes.ts'
import { createHostChecks } from './host-checks/host-checks.ts'
import { createHostImages } from './host-images/host-images.ts'
import { createJobs } from './jobs/jobs.ts'
import { createKubeadm } from './kubeadm/kubeadm.ts'
import { createKubeadmConfig } from './kubeadm/config/kubeadm-config.ts'
import { createKubeconfig } from './kubeconfig/kubeconfig.ts'
import { createLeftovers } from './leftovers/leftovers.ts'
import { createNodeFiles } from './logs/files/node-files.ts'
import { createLogSaves, type Download } from './logs/saves.ts'
import { createApiProxies } from './logs/source/api-proxy.ts'
import { keepReady } from './logs/source/keep-ready.ts'
import { removeLeftSpills } from './logs/store/spill-file.ts'
import { createSources } from './logs/source/sources.ts'
import { listWorkloads } from './logs/source/workload-list.ts'
import { createGone } from './logs/views/gone.ts'
import { createOpenSources } from './logs/views/open-sources.ts'
import { createLogViews } from './logs/views/views.ts'
import { createProfiles } from './profiles/profiles.ts'
import { removeUnnamedManifests } from './profiles/unnamed-manifests.ts'
import { createNetworkPlugins } from './network-plugins/network-plugins.ts'
import { engineImages } from './nodes/engine-images.ts'
import { createFind } from './nodes/find.ts'
import { createNodes } from './nodes/nodes.ts'
import { createKind } from './providers/kind/index.ts'
import { createMinikube } from './providers/minikube/index.ts'
import { createRouter, hostInfo, type Router } from './router.ts'
import { createChannelServer, type ServeChannel } from './serve-channel.ts'
import { createReplacementStore, replacedNode } from './replacements/replacement-store.ts'
import { createReplacements } from './replacements/replacements.ts'
import { createRuntimes } from './runtimes/runtimes.ts'
import type { SettingsFile } from './settings/settings-file.ts'
import { createSettings } from './settings/settings.ts'
import { createSetup } from './setup/setup.ts'
import { createShells } from './shells/shells.ts'
import { createTargets } from './targets/targets.ts'
import { createToolDetails } from './toolchain/about.ts'
import { clusterFits } from './toolchain/cluster-fits.ts'
import { createShellLines } from './toolchain/shell/shell-lines.ts'
import { createToolchain } from './toolchain/toolchain.ts'
import { createTunnels } from './tunnels/tunnels.ts'
import { createKubectl } from './workloads/kubectl.ts'
import { createProbe } from './workloads/reach.ts'
import { createServerVersions } from './workloads/server-versions.ts'
import { createWorkloads } from './workloads/workloads.ts'

/** What only one host can do. */
export type Host = {
  readonly kind: 'electron' | 'web'
  /** Opens an https address outside Cove. False: this host cannot. */
  openUrl(url: string): Promise<boolean>
}

export type AppOptions = {
  /** Cove's own folder, made with mode 0700: bin/ settings.json jobs/ commands/ backups/ cache/ tmp/ */
  readonly dataDir: string
  readonly homeDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly host: Host
  readonly version: string
  /** Default: `<dataDir>/settings.json` through conf. */
  readonly settingsFile?: SettingsFile
}

export type RunningApp = {
  readonly router: Router
  /** Connects one page. */
  readonly serve: ServeChannel
  /** What the page has wished to save under this id, once; null: nothing, or no longer. */
  download(id: string): Download | null
  /** A look at a machine without a page: an ssh host that is not known is taken as one. */
  hostReport(target: string, intent: HostIntent): Promise<HostReport>
  /** Jobs that run now, for whoever wants to quit. */
  running(): Job[]
  /** How many log views are to go on while nobody looks. They end with this process. */
  pinnedViews(): number
  language(): Settings['language']
  /** Calls back when settings changed; returns the way out. */
  onSettings(listener: () => void): () => void
  /** Looks at tools, engine, kubeconfig and the jobs that a killed Cove left, all in the background. */
  start(): void
  /** Cancels running jobs, waits for their clean-up, ends every child. */
  dispose(): Promise<void>
}

/** Wires core. Resolves before any tool was asked anything, so that the window is usable at once. */
export async function createApp(options: AppOptions): Promise<RunningApp> {
  const { dataDir, homeDir, env, host, version, settingsFile } = options
  await makeDataDir(dataDir)

  const changes = createChanges()
  const settings = createSettings({ dataDir, changes, ...(settingsFile ? { file: settingsFile } : {}) })
  const exec = createExec({ dataDir, env, homeDir, changes })
  const jobs = createJobs({ dataDir, exec, changes })
  const toolchain = createToolchain({ exec, jobs, settings, changes, dataDir, homeDir, env })
  const engines = createEngines({ exec, toolchain, env, changed: () => changes.emit('toolchain') })
  const versions = createServerVersions({ changes, dataDir, clusters: () => clusters })
  const probe = createProbe({ exec, toolchain, kubeconfig: () => kubeconfig, versions })
  const kubeconfig = createKubeconfig({ env, homeDir, dataDir, changes, probe })
  const kind = createKind({ exec, engines, toolchain, dataDir })
  const minikube = createMinikube({ exec, engines, toolchain, dataDir })
  const workloads = createWorkloads({ exec, toolchain, kubeconfig, versions })
  const tunnels = createTunnels({
    exec,
    minikube,
    find: (id) => find(id),
    jobs,
    changes,
    os: toolchain.os,
    dataDir,
  })
  const clusters = await createClusters({
    providers: [kind, minikube],
    engines,
    toolchain,
    kubeconfig,
    jobs,
    exec,
    changes,
    dataDir,
    versions,
    tunnels,
    hostImages: () => hostImages,
  })
  const find = createFind(clusters)

  const fits = () => clusterFits({ toolchain, clusters, kubeconfig, versions })
  const copiesInUse = async (tool: ToolName) => {
    const taken = tool === 'kubectl' ? (await fits()).map(({ path }) => path) : []
    return [await toolchain.care.linked(tool), ...taken].filter((path) => path !== null)
  }
  const leftovers = createLeftovers({ exec, engines, toolchain, copiesInUse, kubeconfig, jobs, changes, dataDir, homeDir, env })

  const report = (error: unknown, where: string) => console.error(`cove: ${where}:`, error)
  const proxies = createApiProxies({ exec, toolchain, kubeconfig, dataDir, versions })
  const nodeFiles = createNodeFiles({ exec, engines })
  const localNodes = (context: ContextRef) => clusters.nodesOf(context)
  const spills = join(dataDir, 'tmp')
  removeLeftSpills(spills)
  const logs = createLogViews({
    dir: spills,
    openSources: createOpenSources({
      createSources: (openOther) => createSources({ proxies, openOther }),
      nodes: { exec, engines },
      nodeFiles,
      localNodes,
      report,
    }),
    workloads: (request, signal) => listWorkloads(proxies, request, signal),
    prepare: (context, signal) => keepReady(proxies, context, signal),
    gone: createGone({ nodeFiles, localNodes, pods: (context) => workloads.pods({ ...context, namespace: null }) }),
    report,
  })
  const logSaves = createLogSaves({ read: logs.export })
  const nodes = createNodes({ exec, engines, toolchain, kubeconfig, find, versions })
  const shells = createShells({ exec, engines, find })
  const targets = createTargets({ exec, engines, clusters, changes, dataDir, env })
  const hostChanges = createHostChanges({ targets, jobs, changes, dataDir })
  const hostChecks = createHostChecks({ targets, hostChanges })
  const hostImages = createHostImages({
    exec,
    engines,
    targets,
    kubectl: createKubectl({ exec, toolchain, kubeconfig, versions }),
    find,
    jobs,
  })
  const kubeadmConfig = createKubeadmConfig({ targets, dataDir, changes })
  const lines = createShellLines({ hostChanges, targets, os: toolchain.os, homeDir, env })
  const toolDetails = createToolDetails({ toolchain, lines, env })
  const replacementStore = createReplacementStore(dataDir)
  const replaced = (target: TargetId) => replacedNode(replacementStore, target)
  const runtimes = createRuntimes({ exec, toolchain, kubeconfig, versions, targets, hostChanges, jobs, changes, dataDir, replaced })
  const replacements = createReplacements({
    exec,
    toolchain,
    kubeconfig,
    versions,
    targets,
    runtimes,
    jobs,
    changes,
    store: replacementStore,
  })
  const network = createNetworkPlugins({ exec, toolchain, kubeconfig, versions, find, targets, jobs, settings, dataDir, env })
  const downloads = createDownloads({ exec, jobs, engines, settings, changes, toolchain, dataDir, env })
  const kubeadm = createKubeadm({ targets, jobs, kubeconfig, changes, program: downloads.program })
  const router = createRouter({
    info: hostInfo({ kind: host.kind, version, homeDir, env }),
    openUrl: (url) => host.openUrl(url),
    changes,
    clusters,
    workloads,
    leftovers,
    engineImages: () => engineImages({ exec, engines }),
    drivers: () => minikube.drivers(),
    network,
    nodes,
    shells,
    logs,
    logSaves,
    jobs,
    jobReport: (id) =>
      jobReport({ exec, job: jobs.get, tools: toolchain.snapshot, engine: engines.known, dataDir, homeDir, version, host: host.kind }, id),
    exec,
    toolchain,
    toolDetails,
    clusterFits: fits,
    engines,
    kubeconfig,
    profiles: createProfiles({ dataDir, changes }),
    downloads,
    targets,
    hostChanges,
    hostChecks,
    hostImages,
    kubeadmConfig,
    kubeadm,
    replacements,
    runtimes,
    setup: createSetup({
      toolchain,
      toolDetails,
      engines,
      clusters,
      kubeconfig,
      targets,
      hostChecks,
      runtimes,
      kubeadm,
      hostChanges,
      settings,
    }),
    tunnels,
    settings,
    report,
  })

  let unwatch = () => {}
  let disposed = false
  return {
    router,
    serve: createChannelServer(router, report),
    download: logSaves.take,
    hostReport: async (target, intent) => {
      if (target.startsWith('ssh:')) await targets.addSsh(target.slice('ssh:'.length))
      return hostChecks.run(target, intent)
    },
    running: () => jobs.list(100).filter((job) => job.state === 'running' || job.state === 'cancelling'),
    pinnedViews: () => logs.views().filter((view) => view.pinned).length,
    language: () => settings.get().language,
    onSettings: (listener) => changes.on((topic) => topic === 'settings' && listener()),
    start: () => {
      unwatch = kubeconfig.watch()
      // The files say at once which contexts there are, and to start one tool costs core as much as to read many of them. A folder that does not answer delays no tool.
      void Promise.race([kubeconfig.snapshot(), sleep(200, undefined, { ref: false })])
        .catch(() => undefined)
        .then(() => {
          if (disposed) return
          toolchain.snapshot()
          clusters.watch()
          engines.status().catch((error: unknown) => report(error, 'engine'))
          removeUnnamedManifests(dataDir).catch((error: unknown) => report(error, 'manifests'))
        })
      jobs
        .reconcile({
          ...clusters.reconcileHandlers,
          ...leftovers.reconcileHandlers,
          ...hostChanges.reconcileHandlers,
          ...hostImages.reconcileHandlers,
          ...kubeadm.reconcileHandlers,
          ...runtimes.reconcileHandlers,
          ...replacements.reconcileHandlers,
          ...downloads.reconcileHandlers,
          ...network.reconcileHandlers,
        })
        .catch((error: unknown) => report(error, 'reconcile'))
      tunnels.reconcile().catch((error: unknown) => report(error, 'tunnels.reconcile'))
    },
    dispose: async () => {
      disposed = true
      const noted = clusters.dispose()
      leftovers.dispose()
      unwatch()
      // Together: a view that is opening waits for its proxy.
      nodes.dispose()
      await Promise.all([logs.dispose(), proxies.dispose(), shells.dispose(), tunnels.dispose()])
      await jobs.dispose()
      await noted
      await targets.dispose()
      await versions.settled()
      await exec.dispose()
    },
  }
}
