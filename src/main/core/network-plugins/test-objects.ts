/** Objects of a connectivity test: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ */
export const port = 8080
export const hostPort = 38_080

export type TestPod = { readonly name: string; readonly node: string; readonly hostPort: boolean }

export const namespaceObject = (name: string, privileged: boolean) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name,
    labels: {
      'app.kubernetes.io/managed-by': 'cove',
      // A port of the host is more than a baseline allows: https://kubernetes.io/docs/concepts/security/pod-security-standards/
      'pod-security.kubernetes.io/enforce': privileged ? 'privileged' : 'restricted',
    },
  },
})

export const serviceObject = () => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'there' },
  spec: { selector: { app: 'there' }, ports: [{ port: 80, targetPort: port }] },
})

/** Put on its node directly: what is asked is whether the node's pods reach others, not whether the scheduler would put one there. */
export const podObject = ({ name, node, hostPort: wanted }: TestPod, image: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'there' } },
  spec: {
    nodeName: node,
    tolerations: [{ operator: 'Exists' }],
    terminationGracePeriodSeconds: 1,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { runAsNonRoot: true, runAsUser: 65_534, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'there',
        image,
        imagePullPolicy: 'IfNotPresent',
        args: ['netexec', `--http-port=${port}`],
        ports: [{ containerPort: port, ...(wanted ? { hostPort } : {}) }],
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
})

export const listObject = (items: readonly object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
