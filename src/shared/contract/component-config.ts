import { z } from '../zod.ts'
import { flag } from './document.ts'
import { address, duration } from './kubeadm-config.ts'

/**
 * What kubelet and kube-proxy read, which may stand in kubeadm's file beside its own documents: https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/,
 * https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/. kubeadm refuses fields that it does not know, but looks at no value: a wrong
 * one is found by the kubelet, on every node.
 */
export const kubeletApiVersion = 'kubelet.config.k8s.io/v1beta1'
export const kubeProxyApiVersion = 'kubeproxy.config.k8s.io/v1alpha1'

const text = z.string().nullish()
const texts = z.array(z.string()).nullish()
const whole = z.int().nullish()
const on = flag.nullish()
const lasting = duration.nullish()
const textMap = z.record(z.string(), z.string()).nullish()
const gates = z.record(z.string(), flag).nullish()
const range = (min: number, max: number) => z.int().min(min).max(max).nullish()
const logging = z
  .looseObject({
    format: text,
    flushFrequency: z.union([z.number(), duration]).nullish(),
    verbosity: whole,
    vmodule: z.array(z.unknown()).nullish(),
    options: z.record(z.string(), z.unknown()).nullish(),
  })
  .nullish()

export const kubeletConfigSchema = z.looseObject({
  apiVersion: z.literal(kubeletApiVersion),
  kind: z.literal('KubeletConfiguration'),
  enableServer: on,
  staticPodPath: text,
  podLogsDir: text,
  syncFrequency: lasting,
  fileCheckFrequency: lasting,
  httpCheckFrequency: lasting,
  staticPodURL: text,
  staticPodURLHeader: z.record(z.string(), z.array(z.string())).nullish(),
  address: address.nullish(),
  port: range(0, 65_535),
  readOnlyPort: range(0, 65_535),
  tlsCertFile: text,
  tlsPrivateKeyFile: text,
  tlsCipherSuites: texts,
  tlsMinVersion: z.enum(['', 'VersionTLS10', 'VersionTLS11', 'VersionTLS12', 'VersionTLS13']).nullish(),
  rotateCertificates: on,
  serverTLSBootstrap: on,
  authentication: z
    .looseObject({
      x509: z.looseObject({ clientCAFile: text }).nullish(),
      webhook: z.looseObject({ enabled: on, cacheTTL: lasting }).nullish(),
      anonymous: z.looseObject({ enabled: on }).nullish(),
    })
    .nullish(),
  authorization: z
    .looseObject({
      mode: z.enum(['', 'AlwaysAllow', 'Webhook']).nullish(),
      webhook: z.looseObject({ cacheAuthorizedTTL: lasting, cacheUnauthorizedTTL: lasting }).nullish(),
    })
    .nullish(),
  registryPullQPS: whole,
  registryBurst: whole,
  imagePullCredentialsVerificationPolicy: text,
  preloadedImagesVerificationAllowlist: texts,
  eventRecordQPS: whole,
  eventBurst: whole,
  enableDebuggingHandlers: on,
  enableContentionProfiling: on,
  healthzPort: range(0, 65_535),
  healthzBindAddress: address.nullish(),
  oomScoreAdj: range(-1000, 1000),
  clusterDomain: text,
  clusterDNS: z.array(address).nullish(),
  streamingConnectionIdleTimeout: lasting,
  nodeStatusUpdateFrequency: lasting,
  nodeStatusReportFrequency: lasting,
  nodeLeaseDurationSeconds: whole,
  imageMinimumGCAge: lasting,
  imageMaximumGCAge: lasting,
  imageGCHighThresholdPercent: range(0, 100),
  imageGCLowThresholdPercent: range(0, 100),
  volumeStatsAggPeriod: lasting,
  kubeletCgroups: text,
  systemCgroups: text,
  cgroupRoot: text,
  cgroupsPerQOS: on,
  cgroupDriver: z.enum(['', 'systemd', 'cgroupfs']).nullish(),
  cpuManagerPolicy: z.enum(['', 'none', 'static']).nullish(),
  singleProcessOOMKill: on,
  cpuManagerPolicyOptions: textMap,
  cpuManagerReconcilePeriod: lasting,
  memoryManagerPolicy: z.enum(['', 'None', 'Static', 'BestEffort']).nullish(),
  topologyManagerPolicy: z.enum(['', 'none', 'best-effort', 'restricted', 'single-numa-node']).nullish(),
  topologyManagerScope: z.enum(['', 'container', 'pod']).nullish(),
  topologyManagerPolicyOptions: textMap,
  qosReserved: textMap,
  runtimeRequestTimeout: lasting,
  hairpinMode: z.enum(['', 'promiscuous-bridge', 'hairpin-veth', 'none']).nullish(),
  maxPods: range(0, 1_000_000),
  podCIDR: text,
  podPidsLimit: whole,
  resolvConf: text,
  runOnce: on,
  cpuCFSQuota: on,
  cpuCFSQuotaPeriod: lasting,
  nodeStatusMaxImages: whole,
  maxOpenFiles: whole,
  contentType: text,
  kubeAPIQPS: whole,
  kubeAPIBurst: whole,
  serializeImagePulls: on,
  maxParallelImagePulls: whole,
  evictionHard: textMap,
  evictionSoft: textMap,
  evictionSoftGracePeriod: textMap,
  evictionPressureTransitionPeriod: lasting,
  evictionMaxPodGracePeriod: whole,
  evictionMinimumReclaim: textMap,
  mergeDefaultEvictionSettings: on,
  podsPerCore: whole,
  enableControllerAttachDetach: on,
  protectKernelDefaults: on,
  makeIPTablesUtilChains: on,
  iptablesMasqueradeBit: whole,
  iptablesDropBit: whole,
  featureGates: gates,
  failSwapOn: on,
  memorySwap: z.looseObject({ swapBehavior: z.enum(['', 'NoSwap', 'LimitedSwap', 'UnlimitedSwap']).nullish() }).nullish(),
  containerLogMaxSize: text,
  containerLogMaxFiles: whole,
  containerLogMaxWorkers: whole,
  containerLogMonitorInterval: lasting,
  configMapAndSecretChangeDetectionStrategy: z.enum(['', 'Get', 'Cache', 'Watch']).nullish(),
  systemReserved: textMap,
  kubeReserved: textMap,
  reservedSystemCPUs: text,
  showHiddenMetricsForVersion: text,
  systemReservedCgroup: text,
  kubeReservedCgroup: text,
  enforceNodeAllocatable: texts,
  allowedUnsafeSysctls: texts,
  volumePluginDir: text,
  providerID: text,
  kernelMemcgNotification: on,
  logging,
  enableSystemLogHandler: on,
  enableSystemLogQuery: on,
  shutdownGracePeriod: lasting,
  shutdownGracePeriodCriticalPods: lasting,
  shutdownGracePeriodByPodPriority: z.array(z.looseObject({ priority: z.int(), shutdownGracePeriodSeconds: z.int() })).nullish(),
  crashLoopBackOff: z.looseObject({ maxContainerRestartPeriod: lasting }).nullish(),
  reservedMemory: z.array(z.looseObject({ numaNode: z.int(), limits: z.record(z.string(), z.unknown()) })).nullish(),
  enableProfilingHandler: on,
  enableDebugFlagsHandler: on,
  seccompDefault: on,
  memoryThrottlingFactor: z.number().nullish(),
  registerWithTaints: z.array(z.looseObject({ key: z.string(), effect: z.string() })).nullish(),
  registerNode: on,
  tracing: z.looseObject({ endpoint: text, samplingRatePerMillion: whole }).nullish(),
  localStorageCapacityIsolation: on,
  containerRuntimeEndpoint: text,
  imageServiceEndpoint: text,
  failCgroupV1: on,
  userNamespaces: z.looseObject({ idsPerPod: whole }).nullish(),
})

const sync = { syncPeriod: lasting, minSyncPeriod: lasting }

export const kubeProxyConfigSchema = z.looseObject({
  apiVersion: z.literal(kubeProxyApiVersion),
  kind: z.literal('KubeProxyConfiguration'),
  featureGates: gates,
  clientConnection: z
    .looseObject({ kubeconfig: text, acceptContentTypes: text, contentType: text, qps: z.number().nullish(), burst: whole })
    .nullish(),
  logging,
  hostnameOverride: text,
  bindAddress: address.nullish(),
  healthzBindAddress: text,
  metricsBindAddress: text,
  bindAddressHardFail: on,
  enableProfiling: on,
  showHiddenMetricsForVersion: text,
  /** `kernelspace`: Windows. None: iptables. */
  mode: z.enum(['', 'iptables', 'ipvs', 'nftables', 'kernelspace']).nullish(),
  iptables: z.looseObject({ ...sync, masqueradeBit: range(0, 31), masqueradeAll: on, localhostNodePorts: on }).nullish(),
  ipvs: z
    .looseObject({
      ...sync,
      scheduler: text,
      excludeCIDRs: texts,
      strictARP: on,
      tcpTimeout: lasting,
      tcpFinTimeout: lasting,
      udpTimeout: lasting,
    })
    .nullish(),
  nftables: z.looseObject({ ...sync, masqueradeBit: range(0, 31), masqueradeAll: on }).nullish(),
  winkernel: z
    .looseObject({ networkName: text, sourceVip: text, enableDSR: on, rootHnsEndpointName: text, forwardHealthCheckVip: on })
    .nullish(),
  detectLocalMode: z.enum(['', 'ClusterCIDR', 'NodeCIDR', 'BridgeInterface', 'InterfaceNamePrefix']).nullish(),
  detectLocal: z.looseObject({ bridgeInterface: text, interfaceNamePrefix: text }).nullish(),
  clusterCIDR: text,
  nodePortAddresses: texts,
  oomScoreAdj: range(-1000, 1000),
  conntrack: z
    .looseObject({
      /** 0: the limit of the host stays, which containers need. */
      maxPerCore: range(0, 2_147_483_647),
      min: range(0, 2_147_483_647),
      tcpEstablishedTimeout: lasting,
      tcpCloseWaitTimeout: lasting,
      tcpBeLiberal: on,
      udpTimeout: lasting,
      udpStreamTimeout: lasting,
    })
    .nullish(),
  configSyncPeriod: lasting,
  portRange: text,
  windowsRunAsService: on,
})
