import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { kubeadmDocuments } from '#shared/contract/kubeadm-config.ts'
import { joinDocument } from './documents.ts'

const to = {
  endpoint: '10.0.0.5:6443',
  token: 'abcdef.0123456789abcdef',
  hashes: [`sha256:${'a'.repeat(64)}`],
  controlPlane: true,
  certificateKey: 'f'.repeat(64),
}
const registration = {
  name: 'lab',
  criSocket: 'unix:///run/x.sock',
  taints: [],
  kubeletArgs: [{ name: 'node-ip', value: '10.0.0.7' }],
  advertise: { address: '10.0.0.7', port: 8443 },
}

test.each([
  ['v1.34.4', 'v1beta4', [{ name: 'node-ip', value: '10.0.0.7' }]],
  ['v1.30.2', 'v1beta3', { 'node-ip': '10.0.0.7' }],
] as const)(
  'a node that comes again is registered as it was, also without the taint that kubeadm would give it (kubeadm %s)',
  (kubeadm, version, args) => {
    const document: unknown = parse(joinDocument(kubeadm, to, registration))
    expect(kubeadmDocuments[version].JoinConfiguration.parse(document)).toMatchObject({
      nodeRegistration: { name: 'lab', criSocket: 'unix:///run/x.sock', taints: [], kubeletExtraArgs: args },
      controlPlane: { certificateKey: to.certificateKey, localAPIEndpoint: { advertiseAddress: '10.0.0.7', bindPort: 8443 } },
    })
  },
)
