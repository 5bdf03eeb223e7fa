import { z } from 'zod'
import type { KubeadmCertificate, KubeadmNode, KubeadmToken, KubeadmUpgradePlan } from '#shared/contract/kubeadm.ts'

const tokenSchema = z.object({
  token: z.string(),
  description: z.string().optional(),
  expires: z.string().nullish(),
  usages: z.array(z.string()).optional(),
})

/** `kubeadm token list --output=json`: one JSON object after another, and nothing where there is none. Secret halves are dropped. Throws where it is neither. Pure. */
export function parseTokens(text: string): KubeadmToken[] {
  const objects = text.trim() === '' ? [] : text.trim().split(/\n(?=\{)/)
  return objects.map((object) => {
    const { token, description = '', expires, usages = [] } = tokenSchema.parse(JSON.parse(object))
    return { id: token.split('.')[0] ?? '', description, expiresAt: expires == null ? null : Date.parse(expires), usages }
  })
}

const certificate = z.object({
  name: z.string(),
  expirationDate: z.string().optional(),
  externallyManaged: z.boolean().default(false),
  caName: z.string().default(''),
  missing: z.boolean().default(false),
})
const certificatesSchema = z.object({
  certificates: z.array(certificate).default([]),
  certificateAuthorities: z.array(certificate).default([]),
})

/** `kubeadm certs check-expiration --output=json`. Pure. */
export function parseCertificates(text: string): KubeadmCertificate[] {
  const read = certificatesSchema.parse(JSON.parse(text))
  const row =
    (authority: boolean) =>
    (one: z.infer<typeof certificate>): KubeadmCertificate => ({
      name: one.name,
      authority,
      signedBy: one.caName,
      expiresAt: one.missing || one.expirationDate === undefined ? null : Date.parse(one.expirationDate),
      missing: one.missing,
      external: one.externallyManaged,
    })
  return [...read.certificates.map(row(false)), ...read.certificateAuthorities.map(row(true))]
}

const nodesSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).default({}) }),
      status: z.object({
        conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
        addresses: z.array(z.object({ type: z.string(), address: z.string() })).default([]),
        nodeInfo: z.object({ kubeletVersion: z.string() }),
      }),
    }),
  ),
})

/** `kubectl get nodes --output=json`. Pure. */
export function parseNodes(text: string): KubeadmNode[] {
  return nodesSchema.parse(JSON.parse(text)).items.map(({ metadata, status }) => ({
    name: metadata.name,
    controlPlane: 'node-role.kubernetes.io/control-plane' in metadata.labels,
    ready: status.conditions.some((one) => one.type === 'Ready' && one.status === 'True'),
    version: status.nodeInfo.kubeletVersion,
    addresses: status.addresses.filter((one) => one.type === 'InternalIP').map((one) => one.address),
  }))
}

const planSchema = z.object({
  availableUpgrades: z
    .array(
      z.object({
        components: z.array(
          z.object({ name: z.string(), currentVersion: z.string(), newVersion: z.string(), nodeName: z.string().optional() }),
        ),
      }),
    )
    .nullish(),
  configVersions: z.array(z.object({ group: z.string(), manualUpgradeRequired: z.boolean().default(false) })).nullish(),
})

/**
 * `kubeadm upgrade plan --output=json`, which is empty where there is nothing to upgrade to. The version is that of the API server; the kubeadm among the components
 * is the one that was asked. Of a component on several nodes each is named. Throws where it is no plan. Pure.
 */
export function parseUpgradePlan(
  text: string,
): Pick<KubeadmUpgradePlan, 'manual'> & { upgrades: NonNullable<KubeadmUpgradePlan['upgrades']> } {
  if (text.trim() === '') return { upgrades: [], manual: [] }
  const { availableUpgrades, configVersions } = planSchema.parse(JSON.parse(text))
  return {
    upgrades: (availableUpgrades ?? []).flatMap(({ components }) => {
      const version = components.find(({ name }) => name === 'kube-apiserver')?.newVersion
      if (version === undefined) return []
      const rows = components.filter(({ name }) => name !== 'kubeadm')
      return [
        {
          version,
          components: rows.map((one) => ({ name: one.name, node: one.nodeName ?? null, from: one.currentVersion, to: one.newVersion })),
        },
      ]
    }),
    manual: (configVersions ?? []).filter((one) => one.manualUpgradeRequired).map(({ group }) => group),
  }
}
