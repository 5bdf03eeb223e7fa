// Past 400 lines: one line for each procedure of the whole contract, which is read against the contract from top to bottom and decides nothing.
import { hostname } from 'node:os'
import { implement, ORPCError, type Router as RouterOf } from '@orpc/server'
import type { HostInfo } from '#shared/contract/host.ts'
import type { Driver, EngineImageChoice } from '#shared/contract/clusters.ts'
import { contract } from '#shared/contract/index.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import type { ClusterFit, ToolchainSnapshot } from '#shared/contract/toolchain.ts'
import type { Changes } from './changes.ts'
import type { Clusters } from './clusters/types.ts'
import type { Downloads } from './downloads/downloads.ts'
import type { Engines } from './engines/types.ts'
import { AppError, errorShape } from './error.ts'
import type { Exec } from './exec/types.ts'
import type { HostChanges } from './host-changes/types.ts'
import type { HostChecks } from './host-checks/host-checks.ts'
import type { HostImages } from './host-images/host-images.ts'
import type { Jobs } from './jobs/types.ts'
import type { Kubeadm } from './kubeadm/kubeadm.ts'
import type { KubeadmConfig } from './kubeadm/config/kubeadm-config.ts'
import type { Kubeconfig } from './kubeconfig/types.ts'
import type { Leftovers } from './leftovers/types.ts'
import type { LogSaves } from './logs/saves.ts'
import type { LogViews } from './logs/views/views.ts'
import type { NetworkPlugins } from './network-plugins/network-plugins.ts'
import type { Nodes } from './nodes/nodes.ts'
import type { ProfileStore } from './profiles/profiles.ts'
import type { Replacements } from './replacements/replacements.ts'
import type { RuntimesService } from './runtimes/runtimes.ts'
import type { Setup } from './setup/setup.ts'
import type { SettingsStore } from './settings/types.ts'
import type { Shells } from './shells/shells.ts'
import type { Target, Targets } from './targets/types.ts'
import type { ToolDetails } from './toolchain/about.ts'
import type { Toolchain } from './toolchain/types.ts'
import { topicBatches } from './topics.ts'
import type { Tunnels } from './tunnels/tunnels.ts'
import type { Workloads } from './workloads/types.ts'

/** What the router needs of core, so that a host test can stand in for it. */
export type Services = {
  readonly info: HostInfo
  openUrl(url: string): Promise<boolean>
  readonly changes: Changes
  readonly clusters: Omit<Clusters, 'nodesOf' | 'reconcileHandlers' | 'watch' | 'dispose'>
  readonly workloads: Pick<Workloads, 'namespaces' | 'nodes' | 'pods' | 'watchPods'>
  readonly leftovers: Pick<Leftovers, 'snapshot' | 'refresh' | 'remove'>
  /** Images of the engine that have a name. */
  engineImages(): Promise<EngineImageChoice[]>
  drivers(): Promise<Driver[]>
  readonly network: Omit<NetworkPlugins, 'reconcileHandlers'>
  readonly nodes: Pick<Nodes, 'details' | 'usage'>
  readonly shells: Omit<Shells, 'dispose'>
  readonly logs: Omit<LogViews, 'export' | 'dispose'>
  readonly logSaves: Pick<LogSaves, 'save'>
  readonly jobs: Pick<Jobs, 'list' | 'get' | 'watch' | 'cancel'>
  readonly jobReport: (id: string) => Promise<{ readonly name: string; readonly text: string }>
  readonly exec: Pick<Exec, 'commands' | 'output'>
  readonly toolchain: Pick<Toolchain, 'snapshot' | 'refresh' | 'startDownload' | 'choose' | 'askNewest' | 'os' | 'arch' | 'binDir'> & {
    readonly care: Pick<Toolchain['care'], 'verify' | 'rollBack' | 'remove' | 'link' | 'unlink'>
  }
  readonly toolDetails: ToolDetails
  clusterFits(): Promise<ClusterFit[]>
  readonly engines: Pick<Engines, 'known' | 'status'>
  readonly kubeconfig: Pick<Kubeconfig, 'snapshot' | 'reach' | 'use' | 'setNamespace' | 'remove' | 'backups' | 'restore'>
  readonly profiles: ProfileStore
  readonly downloads: Omit<Downloads, 'reconcileHandlers' | 'program'>
  readonly kubeadmConfig: Omit<KubeadmConfig, 'files'> & {
    readonly files: Pick<KubeadmConfig['files'], 'list' | 'get' | 'save' | 'remove'>
  }
  readonly targets: {
    list: Targets['list']
    addSsh: Targets['addSsh']
    removeSsh: Targets['removeSsh']
    get(id: TargetId): Promise<Pick<Target, 'look'>>
  }
  readonly hostChanges: Omit<HostChanges, 'offer'>
  readonly hostChecks: Omit<HostChecks, 'draft'>
  readonly hostImages: Pick<HostImages, 'nodes' | 'look' | 'load' | 'remove'>
  readonly kubeadm: Omit<Kubeadm, 'reconcileHandlers'>
  readonly runtimes: Omit<RuntimesService, 'reconcileHandlers' | 'draft'>
  readonly replacements: Omit<Replacements, 'reconcileHandlers'>
  readonly setup: Setup
  readonly tunnels: Pick<Tunnels, 'plan' | 'get' | 'start' | 'end'>
  readonly settings: Pick<SettingsStore, 'state' | 'set'>
  /** Told of every failure that is not an AppError: a bug, whole. */
  report(error: unknown, procedure: string): void
}

/** The contract over the services: translates, decides nothing. */
export function createRouter(services: Services): Router {
  const { clusters, workloads, leftovers, nodes, shells, logs, jobs, exec, toolchain, engines, kubeconfig, profiles, settings, changes } =
    services
  const { targets, hostChanges, hostChecks, kubeadmConfig, kubeadm, replacements, runtimes } = services

  const os = implement(contract).use(async ({ next, path, signal }) => {
    const translate = (error: unknown) => toContractError(error, (bug) => services.report(bug, path.join('.')))
    try {
      const result = await next()
      const output: unknown = result.output
      return isIterator(output) ? { ...result, output: guarded(output, signal, translate) as never } : result
    } catch (error) {
      throw translate(error)
    }
  })

  const tools = (): ToolchainSnapshot => ({
    tools: toolchain.snapshot(),
    engine: engines.known(),
    os: toolchain.os,
    arch: toolchain.arch,
    binDir: toolchain.binDir,
  })
  const askEngine = () => void engines.status().catch((error: unknown) => services.report(error, 'engines.status'))

  return os.router({
    clusters: {
      list: os.clusters.list.handler(() => clusters.snapshot()),
      refresh: os.clusters.refresh.handler(() => clusters.refresh()),
      watch: os.clusters.watch.handler(async function* ({ signal = never() }) {
        for await (const _ of topicBatches(changes, signal, (topic) => topic === 'clusters')) yield await clusters.snapshot()
      }),
      plan: os.clusters.plan.handler(({ input }) => clusters.plan(input)),
      create: os.clusters.create.handler(({ input }) => clusters.create(input)),
      delete: os.clusters.delete.handler(({ input }) => clusters.delete(input.id)),
      start: os.clusters.start.handler(({ input }) => clusters.start(input.id)),
      stop: os.clusters.stop.handler(({ input }) => clusters.stop(input.id)),
      restart: os.clusters.restart.handler(({ input }) => clusters.restart(input.id)),
      pause: os.clusters.pause.handler(({ input }) => clusters.pause(input.id)),
      unpause: os.clusters.unpause.handler(({ input }) => clusters.unpause(input.id)),
      addNode: os.clusters.addNode.handler(({ input }) => clusters.addNode(input.id, input.role)),
      removeNode: os.clusters.removeNode.handler(({ input }) => clusters.removeNode(input.id, input.node)),
      rebuild: os.clusters.rebuild.handler(({ input }) => clusters.rebuild(input.id, input)),
      asked: os.clusters.asked.handler(({ input }) => clusters.asked(input.jobId)),
      document: os.clusters.document.handler(({ input }) => clusters.document(input.id)),
      adopt: os.clusters.adopt.handler(async ({ input }) => {
        await clusters.adopt(input.id, input.profileId, input.document)
        return {}
      }),
      addOns: os.clusters.addOns.handler(({ input }) => clusters.addOns(input.id)),
      setAddOn: os.clusters.setAddOn.handler(({ input }) => clusters.setAddOn(input.id, input.addOn, input.on)),
      services: os.clusters.services.handler(({ input }) => clusters.services(input.id)),
      belongings: os.clusters.belongings.handler(({ input }) => clusters.belongings(input.id)),
      images: os.clusters.images.handler(({ input }) => clusters.images(input.id)),
      engineImages: os.clusters.engineImages.handler(() => services.engineImages()),
      drivers: os.clusters.drivers.handler(() => services.drivers()),
      loadImage: os.clusters.loadImage.handler(({ input: { id, image, archive } }) => clusters.loadImage(id, imageSource(image, archive))),
      removeImage: os.clusters.removeImage.handler(({ input }) => clusters.removeImage(input.id, input.image)),
      exportLogs: os.clusters.exportLogs.handler(({ input }) => clusters.exportLogs(input.id, input.directory)),
    },
    nodes: {
      details: os.nodes.details.handler(({ input }) => nodes.details(input.id, input.node)),
      usage: os.nodes.usage.handler(({ input, signal = never() }) => nodes.usage(input.id, signal)),
    },
    shell: {
      open: os.shell.open.handler(({ input, signal = never() }) => shells.open(input, signal)),
      write: os.shell.write.handler(async ({ input }) => {
        await shells.write(input.shellId, input.data)
        return null
      }),
      resize: os.shell.resize.handler(async ({ input }) => {
        await shells.resize(input.shellId, input)
        return null
      }),
      taken: os.shell.taken.handler(({ input }) => {
        shells.taken(input.shellId, input.length)
        return null
      }),
      close: os.shell.close.handler(async ({ input }) => {
        await shells.close(input.shellId)
        return null
      }),
    },
    jobs: {
      list: os.jobs.list.handler(({ input }) => jobs.list(input.limit)),
      get: os.jobs.get.handler(({ input }) => {
        const job = jobs.get(input.id)
        if (!job) throw new AppError('not-found', { what: 'job', name: input.id })
        return job
      }),
      watch: os.jobs.watch.handler(({ input, signal }) => jobs.watch(input.id, signal)),
      cancel: os.jobs.cancel.handler(async ({ input }) => ({ state: (await jobs.cancel(input.id)).state })),
      report: os.jobs.report.handler(({ input }) => services.jobReport(input.id)),
      commands: os.jobs.commands.handler(({ input }) => exec.commands(input)),
      commandOutput: os.jobs.commandOutput.handler(({ input }) => exec.output(input.id, input.offset, input.limit)),
    },
    toolchain: {
      list: os.toolchain.list.handler(() => {
        askEngine()
        return tools()
      }),
      refresh: os.toolchain.refresh.handler(async () => {
        await Promise.all([toolchain.refresh(), engines.status({ fresh: true })])
        return tools()
      }),
      download: os.toolchain.download.handler(({ input }) => toolchain.startDownload(input.tool, input.version)),
      choose: os.toolchain.choose.handler(async ({ input }) => {
        await toolchain.choose(input.tool, input.path)
        return tools()
      }),
      askNewest: os.toolchain.askNewest.handler(async () => {
        await toolchain.askNewest()
        return tools()
      }),
      about: os.toolchain.about.handler(({ input }) => services.toolDetails.about(input.tool)),
      fits: os.toolchain.fits.handler(() => services.clusterFits()),
      verify: os.toolchain.verify.handler(({ input }) => toolchain.care.verify(input.tool, input.path)),
      rollBack: os.toolchain.rollBack.handler(async ({ input }) => {
        await toolchain.care.rollBack(input.tool, input.forward)
        return tools()
      }),
      remove: os.toolchain.remove.handler(async ({ input }) => {
        await toolchain.care.remove(input.tool, input.path)
        return tools()
      }),
      link: os.toolchain.link.handler(async ({ input }) => {
        await toolchain.care.link(input.tool)
        return tools()
      }),
      unlink: os.toolchain.unlink.handler(async ({ input }) => {
        await toolchain.care.unlink(input.tool)
        return tools()
      }),
      planShellLine: os.toolchain.planShellLine.handler(({ input: { tool, what, shell } }) =>
        services.toolDetails.planShellLine(tool, what, shell),
      ),
    },
    kubeconfig: {
      list: os.kubeconfig.list.handler(() => kubeconfig.snapshot()),
      reach: os.kubeconfig.reach.handler(({ input }) => kubeconfig.reach(input)),
      use: os.kubeconfig.use.handler(({ input }) => kubeconfig.use(input)),
      setNamespace: os.kubeconfig.setNamespace.handler(({ input }) => kubeconfig.setNamespace(input, input.namespace)),
      remove: os.kubeconfig.remove.handler(({ input }) => kubeconfig.remove(input, 'context removed')),
      backups: os.kubeconfig.backups.handler(() => kubeconfig.backups()),
      restore: os.kubeconfig.restore.handler(({ input }) => kubeconfig.restore(input.id)),
    },
    workloads: {
      namespaces: os.workloads.namespaces.handler(({ input, signal }) => workloads.namespaces(input, signal)),
      nodes: os.workloads.nodes.handler(({ input, signal }) => workloads.nodes(input, signal)),
      pods: os.workloads.pods.handler(({ input, signal }) => workloads.pods(input, signal)),
      watchPods: os.workloads.watchPods.handler(({ input, signal }) => workloads.watchPods(input, signal)),
    },
    leftovers: {
      list: os.leftovers.list.handler(() => leftovers.snapshot()),
      refresh: os.leftovers.refresh.handler(() => leftovers.refresh()),
      remove: os.leftovers.remove.handler(({ input }) => leftovers.remove(input.ids)),
    },
    logs: {
      prepare: os.logs.prepare.handler(({ input, signal = never() }) => logs.prepare(input, signal)),
      open: os.logs.open.handler(({ input }) => logs.open(input)),
      watch: os.logs.watch.handler(({ input, signal = never() }) => logs.watch(input, signal)),
      rows: os.logs.rows.handler(({ input }) => logs.rows(input)),
      filter: os.logs.filter.handler(({ input }) => logs.filter(input)),
      find: os.logs.find.handler(({ input }) => logs.find(input)),
      seek: os.logs.seek.handler(({ input }) => logs.seek(input)),
      histogram: os.logs.histogram.handler(({ input }) => logs.histogram(input)),
      line: os.logs.line.handler(({ input }) => logs.line(input)),
      values: os.logs.values.handler(({ input }) => logs.values(input)),
      save: os.logs.save.handler(({ input, signal = never() }) => services.logSaves.save(input, signal)),
      loadHistory: os.logs.loadHistory.handler(({ input }) => logs.loadHistory(input)),
      bookmark: os.logs.bookmark.handler(({ input }) => logs.bookmark(input)),
      bookmarks: os.logs.bookmarks.handler(({ input }) => logs.bookmarks(input)),
      pin: os.logs.pin.handler(({ input }) => logs.pin(input)),
      close: os.logs.close.handler(({ input }) => logs.close(input)),
      views: os.logs.views.handler(() => logs.views()),
      feed: os.logs.feed.handler(({ input }) => logs.feed(input)),
      workloads: os.logs.workloads.handler(({ input, signal = never() }) => logs.workloads(input, signal)),
      gone: os.logs.gone.handler(({ input, signal = never() }) => logs.gone(input, signal)),
    },
    profiles: {
      list: os.profiles.list.handler(() => profiles.list()),
      get: os.profiles.get.handler(({ input }) => profiles.get(input.id)),
      save: os.profiles.save.handler(({ input }) => profiles.save(input)),
      rename: os.profiles.rename.handler(({ input }) => profiles.rename(input.id, input.name)),
      remove: os.profiles.remove.handler(({ input }) => profiles.remove(input.id)),
      keepManifest: os.profiles.keepManifest.handler(async ({ input }) => ({ path: await profiles.keepManifest(input) })),
      import: os.profiles.import.handler(({ input }) => profiles.import(input)),
    },
    network: {
      look: os.network.look.handler(({ input, signal = never() }) => services.network.look(input.id, signal)),
      fetch: os.network.fetch.handler(({ input, signal = never() }) => services.network.fetch(input.url, signal)),
      review: os.network.review.handler(({ input, signal = never() }) => services.network.review(input.id, input.text, signal)),
      template: os.network.template.handler(({ input, signal = never() }) => services.network.template(input.id, input.chart, signal)),
      apply: os.network.apply.handler(({ input }) => services.network.apply(input.id, input.install)),
      remove: os.network.remove.handler(({ input }) => services.network.remove(input.id, input.installId)),
      testPlan: os.network.testPlan.handler(({ input, signal = never() }) => services.network.testPlan(input.id, input.image, signal)),
      test: os.network.test.handler(({ input: { id, ...wish } }) => services.network.test(id, wish)),
      lastTest: os.network.lastTest.handler(({ input }) => services.network.lastTest(input.id)),
    },
    targets: {
      list: os.targets.list.handler(() => targets.list()),
      look: os.targets.look.handler(async ({ input }) => (await targets.get(input.target)).look()),
      addSsh: os.targets.addSsh.handler(({ input }) => targets.addSsh(input.destination)),
      removeSsh: os.targets.removeSsh.handler(async ({ input }) => {
        await targets.removeSsh(input.target)
        return null
      }),
    },
    kubeadmConfig: {
      facts: os.kubeadmConfig.facts.handler(({ input, signal }) => kubeadmConfig.facts(input.target, signal)),
      defaults: os.kubeadmConfig.defaults.handler(({ input, signal }) => kubeadmConfig.defaults(input, signal)),
      validate: os.kubeadmConfig.validate.handler(({ input, signal }) => kubeadmConfig.validate(input.target, input.text, signal)),
      migrate: os.kubeadmConfig.migrate.handler(({ input, signal }) => kubeadmConfig.migrate(input.target, input.text, signal)),
      files: os.kubeadmConfig.files.handler(async () => {
        const { entries, ...rest } = await kubeadmConfig.files.list()
        return { files: entries, ...rest }
      }),
      file: os.kubeadmConfig.file.handler(({ input }) => kubeadmConfig.files.get(input.id)),
      save: os.kubeadmConfig.save.handler(({ input }) => kubeadmConfig.files.save(input)),
      remove: os.kubeadmConfig.remove.handler(({ input }) => kubeadmConfig.files.remove(input.id)),
    },
    hostChanges: {
      plan: os.hostChanges.plan.handler(({ input }) => hostChanges.plan(input.planId)),
      apply: os.hostChanges.apply.handler(({ input }) => hostChanges.apply(input.planId)),
      records: os.hostChanges.records.handler(({ input }) => hostChanges.records(input.target)),
      undo: os.hostChanges.undo.handler(({ input }) => hostChanges.undo(input.recordId)),
    },
    hostChecks: {
      run: os.hostChecks.run.handler(({ input, signal = never() }) => hostChecks.run(input.target, input.intent, signal)),
      plan: os.hostChecks.plan.handler(({ input, signal = never() }) => hostChecks.plan(input.target, input.intent, input.ids, signal)),
      compare: os.hostChecks.compare.handler(({ input, signal = never() }) => hostChecks.compare(input.targets, signal)),
    },
    hostImages: {
      nodes: os.hostImages.nodes.handler(({ input, signal = never() }) => services.hostImages.nodes(input.id, signal)),
      look: os.hostImages.look.handler(({ input, signal = never() }) => services.hostImages.look(input.target, signal)),
      load: os.hostImages.load.handler(({ input }) => services.hostImages.load(input)),
      remove: os.hostImages.remove.handler(({ input }) => services.hostImages.remove(input.targets, input.image)),
    },
    runtimes: {
      look: os.runtimes.look.handler(({ input, signal = never() }) => runtimes.look(input.target, signal)),
      propose: os.runtimes.propose.handler(({ input, signal = never() }) => runtimes.propose(input.target, input.change, signal)),
      migrate: os.runtimes.migrate.handler(({ input }) => runtimes.migrate(input)),
      migrations: os.runtimes.migrations.handler(({ input }) => runtimes.migrations(input.target)),
      resume: os.runtimes.resume.handler(({ input }) => runtimes.resume(input.id)),
      rollBack: os.runtimes.rollBack.handler(({ input }) => runtimes.rollBack(input.id)),
    },
    replacements: {
      plan: os.replacements.plan.handler(({ input, signal = never() }) => replacements.plan(input, signal)),
      start: os.replacements.start.handler(({ input }) => replacements.start(input)),
      list: os.replacements.list.handler(({ input }) => replacements.list(input.target)),
      resume: os.replacements.resume.handler(({ input }) => replacements.resume(input.id, input.ignore)),
      takeBack: os.replacements.takeBack.handler(({ input }) => replacements.takeBack(input.id)),
      giveUp: os.replacements.giveUp.handler(async ({ input }) => {
        await replacements.giveUp(input.id)
        return {}
      }),
      configMap: os.replacements.configMap.handler(({ input, signal = never() }) => replacements.configMap(input, signal)),
      setConfigMap: os.replacements.setConfigMap.handler(async ({ input }) => {
        await replacements.setConfigMap(input)
        return {}
      }),
    },
    setup: {
      plan: os.setup.plan.handler(({ input, signal = never() }) => services.setup.plan(input, signal)),
      propose: os.setup.propose.handler(({ input, signal = never() }) => services.setup.propose(input, input.step, signal)),
    },
    kubeadm: {
      state: os.kubeadm.state.handler(({ input }) => kubeadm.state(input.target)),
      preflight: os.kubeadm.preflight.handler(({ input }) => kubeadm.preflight(input.target, input.document, input.join)),
      pullImages: os.kubeadm.pullImages.handler(({ input }) => kubeadm.pullImages(input.target, input.document)),
      init: os.kubeadm.init.handler(({ input }) => kubeadm.init(input)),
      takeContext: os.kubeadm.takeContext.handler(({ input }) => kubeadm.takeContext(input.target)),
      applyNetwork: os.kubeadm.applyNetwork.handler(({ input }) => kubeadm.applyNetwork(input.target, input.manifest)),
      readJoin: os.kubeadm.readJoin.handler(({ input }) => kubeadm.readJoin(input.command)),
      join: os.kubeadm.join.handler(({ input }) => kubeadm.join(input)),
      tokens: os.kubeadm.tokens.handler(({ input }) => kubeadm.tokens(input.target)),
      createToken: os.kubeadm.createToken.handler(({ input }) => kubeadm.createToken(input.target, input.hours, input.description)),
      renewToken: os.kubeadm.renewToken.handler(({ input }) => kubeadm.renewToken(input.target, input.id, input.hours)),
      deleteToken: os.kubeadm.deleteToken.handler(({ input }) => kubeadm.deleteToken(input.target, input.id)),
      certificates: os.kubeadm.certificates.handler(({ input }) => kubeadm.certificates(input.target)),
      renewCertificates: os.kubeadm.renewCertificates.handler(({ input }) => kubeadm.renewCertificates(input.target)),
      upgrade: os.kubeadm.upgrade.handler(({ input }) => kubeadm.upgrade(input)),
      leftovers: os.kubeadm.leftovers.handler(({ input }) => kubeadm.leftovers(input.target)),
      reset: os.kubeadm.reset.handler(({ input }) => kubeadm.reset(input)),
    },
    downloads: {
      releases: os.downloads.releases.handler(() => services.downloads.releases()),
      askNewest: os.downloads.askNewest.handler(({ input, signal = never() }) => services.downloads.askNewest(input.minor, signal)),
      files: os.downloads.files.handler(({ input }) => services.downloads.files(input)),
      ask: os.downloads.ask.handler(({ input, signal = never() }) => services.downloads.ask(input, signal)),
      start: os.downloads.start.handler(({ input }) => services.downloads.start(input)),
      list: os.downloads.list.handler(() => services.downloads.list()),
      verify: os.downloads.verify.handler(({ input }) => services.downloads.verify(input.id)),
      remove: os.downloads.remove.handler(({ input }) => services.downloads.remove(input.id)),
      images: os.downloads.images.handler(({ input }) => services.downloads.images(input.version)),
      askImages: os.downloads.askImages.handler(({ input, signal = never() }) => services.downloads.askImages(input.version, signal)),
      pullImages: os.downloads.pullImages.handler(({ input }) => services.downloads.pullImages(input)),
      saveImages: os.downloads.saveImages.handler(({ input }) => services.downloads.saveImages(input)),
    },
    tunnels: {
      plan: os.tunnels.plan.handler(({ input }) => services.tunnels.plan(input.id)),
      get: os.tunnels.get.handler(({ input }) => services.tunnels.get(input.id)),
      start: os.tunnels.start.handler(({ input }) => services.tunnels.start(input.id)),
      end: os.tunnels.end.handler(async ({ input }) => {
        await services.tunnels.end(input.id)
        return null
      }),
    },
    settings: {
      get: os.settings.get.handler(() => settings.state()),
      set: os.settings.set.handler(({ input }) => settings.set(input)),
    },
    host: {
      info: os.host.info.handler(() => services.info),
      changes: os.host.changes.handler(({ signal = never() }) => topicBatches(changes, signal)),
      openUrl: os.host.openUrl.handler(async ({ input }) => ({ opened: await services.openUrl(input.url) })),
    },
  })
}
export type Router = RouterOf<typeof contract, Record<never, never>>

/** One of the two, as both or neither is no wish. */
function imageSource(image: string | null, archive: string | null): { image: string } | { archive: string } {
  if (image !== null && archive === null) return { image }
  if (archive !== null && image === null) return { archive }
  throw new AppError('bad-input', { field: 'image' })
}

/** Facts of this machine that the page shows. */
export function hostInfo(options: {
  kind: HostInfo['kind']
  version: string
  homeDir: string
  env: Readonly<Record<string, string | undefined>>
}): HostInfo {
  const { env } = options
  const posix = (env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '').split('.')[0]?.replace('_', '-') ?? ''
  const locale = posix === '' || posix === 'C' || posix === 'POSIX' ? Intl.DateTimeFormat().resolvedOptions().locale : posix
  return {
    kind: options.kind,
    version: options.version,
    platform: process.platform,
    hostname: hostname(),
    homeDir: options.homeDir,
    locale,
  }
}

function toContractError(error: unknown, report: (bug: unknown) => void): unknown {
  if (error instanceof AppError) return new ORPCError('APP', { status: 422, data: errorShape(error), cause: error })
  if (error instanceof ORPCError && error.code === 'APP') return error
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST') {
    const data = errorShape(new AppError('bad-input', { field: firstField(error.data) }))
    return new ORPCError('APP', { status: 422, data, cause: error })
  }
  report(error)
  return new ORPCError('APP', { status: 422, data: errorShape(error), cause: error })
}

/** Path of the first issue that the schema found, `spec.name`; empty where it names none. */
function firstField(data: unknown): string {
  const issues = (data as { issues?: readonly { path?: readonly unknown[] }[] } | undefined)?.issues
  return issues?.[0]?.path?.map((part) => String((part as { key?: unknown } | null)?.key ?? part)).join('.') ?? ''
}

/** Errors of a stream cross the contract like those of a call; an aborted stream just ends. */
async function* guarded(source: AsyncIterator<unknown>, signal: AbortSignal | undefined, translate: (error: unknown) => unknown) {
  try {
    for (;;) {
      const { done, value } = await source.next()
      if (done || signal?.aborted) return
      yield value
    }
  } catch (error) {
    if (!signal?.aborted) throw translate(error)
  } finally {
    await source.return?.()
  }
}

function isIterator(value: unknown): value is AsyncIterator<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value
}

/** For callers without a signal: one that is never aborted. */
function never(): AbortSignal {
  return new AbortController().signal
}
