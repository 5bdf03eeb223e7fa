import { expect, test } from 'vitest'
import { readVerdict } from './verdict.ts'

// Recorded from kubeadm v1.34.4; what stands in `text` is the file it was asked about.
const head = 'apiVersion: kubeadm.k8s.io/v1beta4\n'
const trace = '\nTo see the stack trace of this error execute with --v=5 or higher\n'
const decoding = (kind: string, rest: string, version = 'v1beta4', group = 'kubeadm.k8s.io') =>
  `error: error unmarshaling configuration schema.GroupVersionKind{Group:"${group}", Version:"${version}", Kind:"${kind}"}: ${rest}${trace}`
const said = (text: string, stderr: string) =>
  readVerdict(text, stderr).map(({ severity, kind, field, line }) => ({ severity, kind, field, line }))

test('an unknown field is on its line, also in the second document', () => {
  const text = `${head}kind: ClusterConfiguration\n---\n# the kubelet's\napiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nfooo: 1\n`
  const stderr = decoding('KubeletConfiguration', 'strict decoding error: unknown field "fooo"', 'v1beta1', 'kubelet.config.k8s.io')
  expect(said(text, stderr)).toEqual([{ severity: 'error', kind: 'KubeletConfiguration', field: 'fooo', line: 7 }])
  expect(readVerdict(text, stderr)[0]?.message).toBe(
    'error unmarshaling configuration KubeletConfiguration (kubelet.config.k8s.io/v1beta1): strict decoding error: unknown field "fooo"',
  )
})

test.each([
  ['apiServer:\n  foo: bar\n', 'strict decoding error: unknown field "apiServer.foo"', 'apiServer.foo', 4],
  [
    'apiServer:\n  extraArgs:\n    v: "4"\n',
    'json: cannot unmarshal object into Go struct field APIServer.apiServer.extraArgs of type []v1beta4.Arg',
    'apiServer.extraArgs',
    4,
  ],
  [
    'kubernetesVersion: 1.34\n',
    'json: cannot unmarshal number into Go struct field ClusterConfiguration.kubernetesVersion of type string',
    'kubernetesVersion',
    3,
  ],
  [
    'clusterName: a\nclusterName: b\n',
    'strict decoding error: yaml: unmarshal errors:\n  line 4: key "clusterName" already set in map',
    null,
    4,
  ],
])('what cannot be decoded: %j', (rest, message, field, line) => {
  expect(said(`${head}kind: ClusterConfiguration\n${rest}`, decoding('ClusterConfiguration', message))).toEqual([
    { severity: 'error', kind: 'ClusterConfiguration', field, line },
  ])
})

test('lines that kubeadm counts within a document are lines of the file', () => {
  const text = `# first\n${head}kind: ClusterConfiguration\n---\n# c\n${head}kind: InitConfiguration\nnodeRegistration:\n  name: a\n  name: b\n`
  const stderr = decoding('InitConfiguration', 'strict decoding error: yaml: unmarshal errors:\n  line 6: key "name" already set in map')
  expect(said(text, stderr)).toMatchObject([{ line: 10 }])
  const cut = `${head}kind: ClusterConfiguration\n---\n${head}kind: InitConfiguration\nnodeRegistration: [\n`
  const syntax = `error: could not interpret GroupVersionKind; unmarshal error: error converting YAML to JSON: yaml: line 3: did not find expected node content${trace}`
  expect(said(cut, syntax)).toMatchObject([{ line: 6 }])
})

test('several refused values are told one by one', () => {
  const text = `${head}kind: ClusterConfiguration\nnetworking:\n  podSubnet: nonsense\n  dnsDomain: Bad_Domain\napiServer:\n  certSANs: ["bad san!"]\n`
  const stderr = `error: [networking.dnsDomain: Invalid value: "Bad_Domain": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?'), networking.podSubnet: Invalid value: "nonsense": couldn't parse subnet, apiServer.certSANs: Invalid value: "bad san!": altname is not a valid IP address]${trace}`
  expect(readVerdict(text, stderr).map(({ field, line, kind }) => [field, line, kind])).toEqual([
    ['networking.dnsDomain', 5, 'ClusterConfiguration'],
    ['networking.podSubnet', 4, 'ClusterConfiguration'],
    ['apiServer.certSANs', 7, 'ClusterConfiguration'],
  ])
  expect(readVerdict(text, stderr)[1]?.message).toBe('networking.podSubnet: Invalid value: "nonsense": couldn\'t parse subnet')
})

test('a value that is named without its field is found by what it is', () => {
  const text = `${head}kind: InitConfiguration\nlocalAPIEndpoint:\n  advertiseAddress: 300.1.1.1\n`
  expect(
    said(text, `error: couldn't use "300.1.1.1" as "apiserver-advertise-address", must be ipv4 or ipv6 address${trace}`),
  ).toMatchObject([{ line: 4 }])
})

test('warnings are told apart from errors, without the marks of the log', () => {
  const text = `${head}kind: InitConfiguration\n---\n${head}kind: JoinConfiguration\n`
  const stderr = `W1126 03:51:29.365562   32371 initconfiguration.go:361] [config] WARNING: Ignored configuration document with GroupVersionKind kubeadm.k8s.io/v1beta4, Kind=JoinConfiguration
error: discovery: Invalid value: "": bootstrapToken or file must be set${trace}`
  expect(readVerdict(text, stderr)).toMatchObject([
    { severity: 'warning', message: expect.stringMatching(/^Ignored configuration/), line: 5 },
    { severity: 'error', field: 'discovery' },
  ])
})

test('older ones say it without a mark, and a kind that stands there twice is on its second line', () => {
  const text = `${head}kind: ClusterConfiguration\n---\n${head}kind: ClusterConfiguration\n`
  expect(said(text, `invalid configuration: kind "ClusterConfiguration" is specified twice in YAML file${trace}`)).toEqual([
    { severity: 'error', kind: 'ClusterConfiguration', field: null, line: 5 },
  ])
})

test('no word is no word', () => {
  expect(readVerdict('a: 1\n', '')).toEqual([])
  expect(readVerdict('a: [', 'error: x')).toMatchObject([{ message: 'x', line: null }])
})
