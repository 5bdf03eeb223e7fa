import { z } from '../zod.ts'
import { flag, ipAddress, port, subnet as subnets } from './document.ts'

/**
 * kubeadm's own documents, https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/ and
 * https://github.com/kubernetes/kubernetes/tree/master/cmd/kubeadm/app/apis/kubeadm. kubeadm reads them strictly: a number is no text, a text no number,
 * and it refuses a field that it does not know. Here unknown fields stay, and are told of.
 */
export const kubeadmGroup = 'kubeadm.k8s.io'
export type KubeadmVersion = 'v1beta3' | 'v1beta4'

/**
 * Minor versions of kubeadm that read each version: from `first`, warn from `deprecated`, refuse from `removed`.
 * https://github.com/kubernetes/kubernetes/pull/125029, https://github.com/kubernetes/kubernetes/pull/136016
 */
export const kubeadmVersions: Readonly<
  Record<KubeadmVersion, { readonly first: number; readonly deprecated: number | null; readonly removed: number | null }>
> = {
  v1beta3: { first: 22, deprecated: 31, removed: 37 },
  v1beta4: { first: 31, deprecated: null, removed: null },
}

const text = z.string().nullish()
const texts = z.array(z.string()).nullish()
const whole = z.int().nullish()
const on = flag.nullish()

/** What Go's time.ParseDuration takes: `4m0s`, `1h30m`, `0s`. */
export const duration = z
  .string()
  .refine((value) => value === '' || value === '0' || /^-?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/.test(value), 'duration')
const lasting = duration.nullish()

/** An IP address. */
export const address = z.string().refine((value) => ipAddress.safeParse(value).success, 'address')
const subnet = z.string().refine((value) => subnets.safeParse(value).success, 'subnet')
/** A name of a host or an address, as certificates have it. */
const hostName = z.string().refine((value) => value === '' || isHost(value.startsWith('*.') ? value.slice(2) : value), 'host')
/** `host:port`, or the host alone. */
const endpoint = z
  .string()
  .refine((value) => value === '' || isHost(value.replace(/:\d{1,5}$/, '').replace(/^\[(.*)\]$/, '$1')), 'host-port')
const token = z.string().refine((value) => /^[a-z0-9]{6}\.[a-z0-9]{16}$/.test(value), 'token')

function isHost(value: string): boolean {
  return (
    ipAddress.safeParse(value).success ||
    (value.length <= 253 && /^(?:[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/.test(value))
  )
}

const pullPolicy = z.enum(['', 'Always', 'IfNotPresent', 'Never']).nullish()
const taint = z.looseObject({
  key: z.string(),
  value: text,
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
  timeAdded: text,
})
const apiEndpoint = z.looseObject({ advertiseAddress: address.nullish(), bindPort: port.nullish() })
const patches = z.looseObject({ directory: text }).nullish()
const volume = z.looseObject({ name: z.string(), hostPath: z.string(), mountPath: z.string(), readOnly: on, pathType: text })
const timeouts = z
  .looseObject({
    controlPlaneComponentHealthCheck: lasting,
    kubeletHealthCheck: lasting,
    kubernetesAPICall: lasting,
    etcdAPICall: lasting,
    tlsBootstrap: lasting,
    discovery: lasting,
    upgradeManifests: lasting,
  })
  .nullish()
const bootstrapTokens = z
  .array(z.looseObject({ token, description: text, ttl: lasting, expires: text, usages: texts, groups: texts }))
  .nullish()

const argsMap = z.record(z.string(), z.string()).nullish()
const argsList = z.array(z.looseObject({ name: z.string().min(1), value: z.string() })).nullish()
const environment = z.array(z.looseObject({ name: z.string(), value: text })).nullish()

const head = <K extends string>(version: KubeadmVersion, kind: K) => ({
  apiVersion: z.literal(`${kubeadmGroup}/${version}`),
  kind: z.literal(kind),
})

/** The documents of one version; what differs is arguments (a map before, a list since), timeouts, and what is new in v1beta4. */
function documentsOf(version: KubeadmVersion) {
  const newer = version === 'v1beta4'
  const args = newer ? argsList : argsMap
  const since = <T extends z.ZodRawShape>(shape: T): T | Record<never, never> => (newer ? shape : {})
  const nodeRegistration = z
    .looseObject({
      name: hostName.nullish(),
      criSocket: text,
      taints: z.array(taint).nullish(),
      kubeletExtraArgs: args,
      ignorePreflightErrors: texts,
      imagePullPolicy: pullPolicy,
      ...since({ imagePullSerial: on }),
    })
    .nullish()
  const component = { extraArgs: args, extraVolumes: z.array(volume).nullish(), ...since({ extraEnvs: environment }) }
  const image = { imageRepository: text, imageTag: text }
  return {
    InitConfiguration: z.looseObject({
      ...head(version, 'InitConfiguration'),
      bootstrapTokens,
      nodeRegistration,
      localAPIEndpoint: apiEndpoint.nullish(),
      certificateKey: text,
      skipPhases: texts,
      patches,
      ...since({ dryRun: on, timeouts }),
    }),
    ClusterConfiguration: z.looseObject({
      ...head(version, 'ClusterConfiguration'),
      etcd: z
        .looseObject({
          local: z
            .looseObject({
              ...image,
              dataDir: text,
              extraArgs: args,
              serverCertSANs: z.array(hostName).nullish(),
              peerCertSANs: z.array(hostName).nullish(),
              ...since({ extraEnvs: environment }),
            })
            .nullish(),
          external: z.looseObject({ endpoints: z.array(z.string()), caFile: text, certFile: text, keyFile: text }).nullish(),
        })
        .nullish(),
      networking: z
        .looseObject({
          serviceSubnet: subnet.nullish(),
          podSubnet: subnet.nullish(),
          dnsDomain: hostName.nullish(),
        })
        .nullish(),
      kubernetesVersion: text,
      controlPlaneEndpoint: endpoint.nullish(),
      apiServer: z
        .looseObject({ ...component, certSANs: z.array(hostName).nullish(), ...(newer ? {} : { timeoutForControlPlane: lasting }) })
        .nullish(),
      controllerManager: z.looseObject(component).nullish(),
      scheduler: z.looseObject(component).nullish(),
      dns: z.looseObject({ ...image, ...since({ disabled: on }), ...(newer ? {} : { type: text }) }).nullish(),
      certificatesDir: text,
      imageRepository: z
        .string()
        .refine((value) => !/\s/.test(value), 'image-repository')
        .nullish(),
      featureGates: z.record(z.string(), flag).nullish(),
      clusterName: text,
      ...since({
        proxy: z.looseObject({ disabled: on }).nullish(),
        encryptionAlgorithm: z.enum(['', 'ECDSA-P256', 'ECDSA-P384', 'RSA-2048', 'RSA-3072', 'RSA-4096']).nullish(),
        certificateValidityPeriod: lasting,
        caCertificateValidityPeriod: lasting,
      }),
    }),
    JoinConfiguration: z.looseObject({
      ...head(version, 'JoinConfiguration'),
      nodeRegistration,
      caCertPath: text,
      discovery: z.looseObject({
        bootstrapToken: z
          .looseObject({ token, apiServerEndpoint: endpoint.nullish(), caCertHashes: texts, unsafeSkipCAVerification: on })
          .nullish(),
        file: z.looseObject({ kubeConfigPath: z.string() }).nullish(),
        tlsBootstrapToken: text,
        ...(newer ? {} : { timeout: lasting }),
      }),
      controlPlane: z.looseObject({ localAPIEndpoint: apiEndpoint.nullish(), certificateKey: text }).nullish(),
      skipPhases: texts,
      patches,
      ...since({ dryRun: on, timeouts }),
    }),
  }
}

const shared = {
  allowExperimentalUpgrades: on,
  allowRCUpgrades: on,
  certificateRenewal: on,
  dryRun: on,
  etcdUpgrade: on,
  ignorePreflightErrors: texts,
}
const pulling = { skipPhases: texts, patches, imagePullPolicy: pullPolicy, imagePullSerial: on }
const { allowExperimentalUpgrades, allowRCUpgrades, certificateRenewal, dryRun, etcdUpgrade, ignorePreflightErrors } = shared

/** Schemas by version and kind. Upgrade and reset have documents since v1beta4. */
export const kubeadmDocuments = {
  v1beta3: documentsOf('v1beta3'),
  v1beta4: {
    ...documentsOf('v1beta4'),
    UpgradeConfiguration: z.looseObject({
      ...head('v1beta4', 'UpgradeConfiguration'),
      apply: z.looseObject({ kubernetesVersion: text, ...shared, ...pulling, forceUpgrade: on, printConfig: on }).nullish(),
      node: z.looseObject({ certificateRenewal, dryRun, etcdUpgrade, ignorePreflightErrors, ...pulling }).nullish(),
      diff: z.looseObject({ kubernetesVersion: text, contextLines: whole }).nullish(),
      plan: z
        .looseObject({
          kubernetesVersion: text,
          allowExperimentalUpgrades,
          allowRCUpgrades,
          dryRun,
          etcdUpgrade,
          ignorePreflightErrors,
          printConfig: on,
        })
        .nullish(),
      timeouts,
    }),
    ResetConfiguration: z.looseObject({
      ...head('v1beta4', 'ResetConfiguration'),
      cleanupTmpDir: on,
      certificatesDir: text,
      criSocket: text,
      dryRun: on,
      force: on,
      ignorePreflightErrors: texts,
      skipPhases: texts,
      unmountFlags: texts,
      timeouts,
    }),
  },
} as const

/** Kinds of kubeadm's own, in the order in which people write them. */
export const kubeadmKinds = [
  'InitConfiguration',
  'ClusterConfiguration',
  'JoinConfiguration',
  'UpgradeConfiguration',
  'ResetConfiguration',
] as const
