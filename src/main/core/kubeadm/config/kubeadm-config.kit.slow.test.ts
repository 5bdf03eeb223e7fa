import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { kubeadmDocuments } from '#shared/contract/kubeadm-config.ts'
import { kubeletConfigSchema, kubeProxyConfigSchema } from '#shared/contract/component-config.ts'
import { createChanges } from '../../changes.ts'
import { createExec } from '../../exec/exec.ts'
import type { Exec } from '../../exec/types.ts'
import { localTransport } from '../../targets/local.ts'
import { createMachine } from '../../targets/machine.ts'
import { createKubeadmConfig, type KubeadmConfig } from './kubeadm-config.ts'

// The real kubeadm, as e2e/real-cluster builds it. `config validate`, `migrate` and `print` need no cluster and change nothing.
const cache = process.env['COVE_KIT_CACHE'] ?? join(homedir(), '.cache', 'cove-real-cluster')
const programs = ['v1.34.4', 'v1.33.4']
  .map((version) => ({ version, folder: join(cache, version) }))
  .filter(({ folder }) => existsSync(join(folder, 'kubeadm')))
const ground = programs.length > 0 ? 'the real kubeadm' : `SKIPPED: no kubeadm in ${cache} (e2e/real-cluster/up builds it)`

// A start of kubeadm takes its time on a machine that does more.
vi.setConfig({ testTimeout: 120_000 })

describe.skipIf(programs.length === 0)(`on ${ground}`, () => {
  describe.each(programs.map((one, index) => ({ ...one, older: index > 0 })))('$version', ({ version, folder, older }) => {
    let dataDir = ''
    let exec: Exec
    let config: KubeadmConfig

    beforeAll(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'cove-kubeadm-config-'))
      const changes = createChanges()
      const env = { ...process.env, PATH: `${folder}:${dirname(process.execPath)}:/usr/sbin:/usr/bin:/sbin:/bin`, SHELL: '/bin/false' }
      exec = createExec({ dataDir, env, homeDir: dataDir, changes })
      const machine = createMachine(exec, localTransport(exec, env))
      config = createKubeadmConfig({ targets: { get: async () => machine }, dataDir, changes })
    })
    afterAll(async () => {
      await exec.dispose()
      await rm(dataDir, { recursive: true, force: true })
    })
    const defaults = (purpose: 'init' | 'join' | 'upgrade' | 'reset', whole: boolean, api: 'v1beta3' | null = null) =>
      config.defaults({ target: 'local', purpose, version: api, whole })

    test('its version is found, and what Cove begins with is taken by it', async () => {
      // What is around it takes a look of some seconds.
      if (!older) expect((await config.facts('local')).version).toBe(version)
      for (const purpose of ['init', 'upgrade', 'reset'] as const)
        for (const whole of older ? [true] : [false, true]) {
          const { text, source } = await defaults(purpose, whole)
          expect(source).toBe(whole ? 'kubeadm' : 'cove')
          expect([purpose, whole, text, await config.validate('local', text)]).toMatchObject([purpose, whole, text, { ok: true, version }])
        }
      const { text } = await defaults('init', false, 'v1beta3')
      expect(text).toContain('kubeadm.k8s.io/v1beta3')
      expect(await config.validate('local', text)).toMatchObject({ ok: true })
    })

    if (!older)
      test('its whole defaults hold no example that would not work, or that everybody knows (the newest kubeadm is asked)', async () => {
        for (const purpose of ['init', 'join', 'upgrade', 'reset'] as const) {
          const { text } = await defaults(purpose, true)
          expect(text).not.toMatch(/abcdef\.0123456789abcdef|1\.2\.3\.4|unsafeSkip|null/)
          // And no field that Cove's schemas do not know or would refuse, but what is left to be filled in.
          for (const document of parseAllDocuments(text)) {
            const value = document.toJS() as { kind: string; discovery?: { bootstrapToken: { token: string } } }
            if (value.discovery) value.discovery.bootstrapToken.token = 'aaaaaa.0123456789abcdef'
            expect(schemaOf(value.kind).safeParse(value)).toMatchObject({ success: true })
          }
        }
      })

    if (!older)
      test('a join that is filled in is taken (the newest kubeadm is asked)', async () => {
        const { text } = await defaults('join', false)
        const filled = text
          .replace('apiServerEndpoint: ""', 'apiServerEndpoint: 192.0.2.1:6443')
          .replace('token: ""', 'token: aaaaaa.0123456789abcdef')
          .replace('caCertHashes: []', `caCertHashes: ["sha256:${'0'.repeat(64)}"]`)
        expect(await config.validate('local', filled)).toMatchObject({ ok: true })
        expect(await config.validate('local', text)).toMatchObject({ ok: false })
        const older = filled.replace('kubeadm.k8s.io/v1beta4', 'kubeadm.k8s.io/v1beta3')
        expect(older).toContain('v1beta3')
        expect(await config.validate('local', older)).toMatchObject({ ok: true })
      })

    test('what it refuses is refused, and no file stays behind', async () => {
      const wrong =
        'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.34.4\napiServer:\n  extraArgs:\n    v: "4"\n'
      const verdict = await config.validate('local', wrong)
      expect(verdict.ok).toBe(false)
      // The kit's program may end without a word where the published one has an error: what is said is on its line.
      for (const one of verdict.said.filter(({ severity }) => severity === 'error')) expect(one).toMatchObject({ line: 5 })
      expect((await readdir('/tmp')).filter((name) => name.startsWith('cove-kubeadm-') && !name.includes('config'))).toEqual([])
      const command = exec.command(verdict.commandId)
      expect(command?.argv.slice(-3, -1)).toEqual(['config', 'validate'])
      await expect(config.migrate('local', wrong)).rejects.toMatchObject({ code: 'kubeadm-refused' })
    })

    test('v1beta3 becomes v1beta4, with the documents of kubelet and kube-proxy, and without what the machine would add', async () => {
      const old = `apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
kubernetesVersion: ${version}
apiServer:
  timeoutForControlPlane: 2m0s
  extraArgs:
    v: "4"
---
apiVersion: kubeadm.k8s.io/v1beta3
kind: InitConfiguration
nodeRegistration:
  name: plane
---
# of every node
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: systemd # as the runtime
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables # as always
`
      const made = await config.migrate('local', old)
      expect(made).toMatchObject({ version, kept: ['KubeletConfiguration', 'KubeProxyConfiguration'] })
      expect(made.text).toContain('mode: iptables # as always\n')
      expect(made.text).toContain('# of every node\napiVersion: kubelet.config.k8s.io/v1beta1\n')
      expect(made.text).toContain('cgroupDriver: systemd # as the runtime\n')
      expect(made.text).toMatch(/extraArgs:\n\s+- name: v\n\s+value: "4"/)
      expect(made.text).toContain('controlPlaneComponentHealthCheck: 2m0s')
      expect(made.text).toContain('name: plane')
      expect(made.dropped).toContain('InitConfiguration.bootstrapTokens')
      expect(made.text).not.toMatch(/token:|advertiseAddress|v1beta3/)
      expect(await config.validate('local', made.text)).toMatchObject({ ok: true, said: [] })
      const alone = await config.migrate('local', old.slice(0, old.indexOf('---')))
      expect(alone.dropped).toContain('InitConfiguration')
      expect(alone.text).not.toContain('InitConfiguration')
    })
  })
})

test('a machine without kubeadm has a short file, and says that there is none to ask', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cove-kubeadm-config-'))
  const changes = createChanges()
  const exec = createExec({ dataDir, env: { PATH: '/usr/bin:/bin', SHELL: '/bin/false' }, homeDir: dataDir, changes })
  try {
    const machine = createMachine(exec, {
      ...localTransport(exec, {}),
      wrap: async ({ argv: [file = '', ...args] }) => ({ file: 'env', args: ['-i', 'PATH=/nowhere:/usr/bin:/bin', file, ...args] }),
    })
    const config = createKubeadmConfig({ targets: { get: async () => machine }, dataDir, changes })
    expect(await config.facts('local')).toMatchObject({ version: null })
    expect(await config.defaults({ target: 'local', purpose: 'init', version: null, whole: true })).toMatchObject({
      source: 'cove',
      version: null,
    })
    await expect(config.validate('local', 'a: 1')).rejects.toMatchObject({ code: 'tool-absent' })
  } finally {
    await exec.dispose()
    await rm(dataDir, { recursive: true, force: true })
  }
})

function schemaOf(kind: string) {
  if (kind === 'KubeletConfiguration') return kubeletConfigSchema
  if (kind === 'KubeProxyConfiguration') return kubeProxyConfigSchema
  return kubeadmDocuments.v1beta4[kind as keyof typeof kubeadmDocuments.v1beta4]
}
