import { z } from '../zod.ts'
import { coveApiVersion } from './cluster-extras.ts'
import { flag, port, subnet, text } from './document.ts'

/**
 * A minikube cluster as a document. minikube has no file of its own: each field is a flag of `minikube start`, named beside it.
 * https://minikube.sigs.k8s.io/docs/commands/start/
 */
export const minikubeConfigSchema = z
  .looseObject({
    kind: z.literal('MinikubeCluster'),
    apiVersion: z.literal(coveApiVersion),
    /** `--profile` */
    name: text.nullish(),
    /** `--driver`; none: minikube's own choice. */
    driver: text.nullish(),
    /** `--container-runtime` */
    containerRuntime: z.enum(['', 'docker', 'containerd', 'cri-o']).nullish(),
    /** `--kubernetes-version`: `v1.34.4`, `1.34`, `stable`, `latest`. */
    kubernetesVersion: text.nullish(),
    /** `--nodes`: all of them, control planes too. */
    nodes: z.int().min(1).max(50).nullish(),
    /** 3: `--ha`. */
    controlPlanes: z.union([z.literal(1), z.literal(3)]).nullish(),
    /** `--cpus`: of each node; `max`, `no-limit` where the driver is docker or podman. */
    cpus: z.union([z.int().min(1).max(1024), z.enum(['max', 'no-limit'])]).nullish(),
    /** `--memory`: of each node; MB, `4g`, `max`, `no-limit`. */
    memory: text.refine((value) => value === '' || value === 'max' || value === 'no-limit' || isSize(value), 'size').nullish(),
    /** `--disk-size`; of virtual machines only. */
    diskSize: text.refine((value) => value === '' || isSize(value), 'size').nullish(),
    /** `--cni`: `auto`, `bridge`, `calico`, `cilium`, `flannel`, `kindnet`, `false` (none), or a path of a manifest. */
    cni: text.nullish(),
    /** `--addons` */
    addons: z.array(text).nullish(),
    /** `--mount-string source:target` */
    mount: z
      .looseObject({
        source: text.refine((value) => value !== '', 'missing'),
        target: text.refine((value) => value.startsWith('/'), 'place'),
      })
      .nullish(),
    /** `--ports`: `8080:80`, `127.0.0.1:8080:80/udp`; docker and podman only. */
    ports: z.array(text.refine(isPortMapping, 'mapping')).nullish(),
    /** `--extra-config`: `kubelet.max-pods=200`. */
    extraConfig: z.array(text.refine((value) => /^[a-z-]+\.[^=]+=/.test(value), 'setting')).nullish(),
    /** `--feature-gates` */
    featureGates: z.record(z.string(), flag.nullable()).nullish(),
    /** `--service-cluster-ip-range` */
    serviceSubnet: subnet.nullish(),
    /** `--subnet`: of the engine's network, docker and podman only. */
    subnet: subnet.nullish(),
    /** `--insecure-registry` */
    insecureRegistries: z.array(text).nullish(),
    /** `--registry-mirror` */
    registryMirrors: z.array(text.refine(isUrl, 'source')).nullish(),
    /** `--apiserver-port` */
    apiServerPort: port.nullish(),
  })
  .superRefine((config, context) => {
    const fail = (message: string, path: (string | number)[]) => context.addIssue({ code: 'custom', message, path })
    if (config.controlPlanes === 3 && config.nodes != null && config.nodes < 3) fail('control-planes-too-few-nodes', ['nodes'])
    const seen = new Set<string>()
    config.ports?.forEach((mapping, at) => {
      const { listen, hostPort, protocol } = portMappingOf(mapping)
      const key = `${listen}/${hostPort}/${protocol}`
      if (seen.has(key)) fail('duplicate-port', ['ports', at])
      seen.add(key)
    })
  })
export type MinikubeConfig = z.infer<typeof minikubeConfigSchema>

/** The parts of docker's `[address:]host:container[/protocol]`; the address is empty where none is given. Pure. */
export function portMappingOf(mapping: string): {
  listen: string
  hostPort: number
  containerPort: number
  protocol: 'TCP' | 'UDP' | 'SCTP'
} {
  const [, listen = '', host, container, protocol = 'tcp'] = mappingForm.exec(mapping) ?? []
  return {
    listen,
    hostPort: Number(host ?? 0),
    containerPort: Number(container ?? 0),
    protocol: protocol.toUpperCase() as 'TCP' | 'UDP' | 'SCTP',
  }
}

const mappingForm = /^(?:(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:]+\]):)?(\d{1,5}):(\d{1,5})(?:\/(tcp|udp|sctp))?$/i

function isPortMapping(value: string): boolean {
  const { hostPort, containerPort } = portMappingOf(value)
  return mappingForm.test(value) && hostPort >= 1 && hostPort <= 65_535 && containerPort >= 1 && containerPort <= 65_535
}

function isSize(value: string): boolean {
  return /^[1-9]\d*(?:\.\d+)?\s*(?:[kmgt]i?)?b?$/i.test(value)
}

function isUrl(value: string): boolean {
  return /^https?:\/\/[^\s/]+/.test(value)
}
