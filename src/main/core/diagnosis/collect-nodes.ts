import { sections } from '../exec/sections.ts'
import type { Ask, Note } from './collect.ts'
import type { EvidenceText, NodeEvidence } from './evidence.ts'
import { parseInside, parseInspect } from './parse-node.ts'
import { lastBytes } from './text.ts'

/** More nodes are not asked: the first say what the others would. */
const mostNodes = 6
const textBytes = 60_000

/**
 * Run in a node: sections, each after a line `== name`. POSIX sh and what every systemd image has; a section that fails stays empty.
 * The pod logs are those of the static pods and the network, last written first.
 */
const insideScript = `
echo '== date'; date +%s%3N
echo '== cni'; ls -1 /etc/cni/net.d 2>/dev/null || echo absent
echo '== resolv'; cat /etc/resolv.conf
echo '== kubelet'; systemctl show kubelet --property=ActiveState,SubState,Result,NRestarts,ExecMainStatus,ActiveEnterTimestampMonotonic 2>/dev/null
echo '== uptime'; cat /proc/uptime
echo '== cgroup'; stat -fc %T /sys/fs/cgroup
echo '== kubelet-driver'; grep -h '^cgroupDriver:' /var/lib/kubelet/config.yaml 2>/dev/null
echo '== runtime-driver'; grep -h 'SystemdCgroup' /etc/containerd/config.toml 2>/dev/null
echo '== disk'; df -P /var | tail -1
`
const podScript = `for file in $(ls -t /var/log/pods/kube-system_*/*/*.log 2>/dev/null | head -n 12); do echo "== $file"; tail -c 4000 "$file"; done`

/** What the API server says of nodes and of the pods of the system, with kubectl and access that a control plane has. */
const apiScript = `
kubectl=$(command -v kubectl || ls /var/lib/minikube/binaries/*/kubectl 2>/dev/null | tail -n 1)
[ -n "$kubectl" ] && [ -f /etc/kubernetes/admin.conf ] || exit 0
ask() { "$kubectl" --kubeconfig=/etc/kubernetes/admin.conf --request-timeout=5s "$@" 2>/dev/null; }
echo '== nodes'; ask get nodes --no-headers -o 'custom-columns=name:.metadata.name,ready:.status.conditions[?(@.type=="Ready")].status,why:.status.conditions[?(@.type=="Ready")].message'
echo '== pods'; ask get pods --namespace=kube-system --no-headers
`

/** What the engine says of the nodes, and what is to be read in those that run. Texts are added to `texts`. */
export async function readNodes(names: readonly string[], ask: Ask, note: Note, texts: EvidenceText[]): Promise<NodeEvidence[]> {
  // Of one that is gone docker says so on stderr, and tells of the others.
  const inspected = await ask(['inspect', '--type=container', '--', ...names])
  const nodes = parseInspect(inspected.stdout)
  for (const node of nodes) if (node.error !== '') texts.push({ source: 'engine', name: node.name, text: node.error })
  return Promise.all(nodes.map(async (node, index) => (index < mostNodes ? read(node, index === 0) : node)))

  async function read(node: NodeEvidence, isFirst: boolean): Promise<NodeEvidence> {
    const { name } = node
    const add = (source: EvidenceText['source'], where: string, text: string) => {
      if (text.trim() !== '') texts.push({ source, name: where, text: lastBytes(text, textBytes) })
    }
    const part = (what: string, work: () => Promise<void>) => note(`${name}: ${what}`, work, undefined)
    const inside = (command: readonly string[]) => ask(['exec', '--', name, ...command])
    const script = async (text: string) => sections((await inside(['sh', '-c', text])).stdout)
    const journal = (what: string, source: EvidenceText['source'], where: string, args: readonly string[]) =>
      part(what, async () => {
        const { stdout, stderr, exitCode } = await inside(['journalctl', ...args, '--no-pager', '--output=short-iso', '--quiet'])
        if (exitCode !== 0) throw new Error(stderr.trim().slice(0, 200))
        add(source, where, stdout)
      })

    const log = part('log', async () => {
      const { stdout, stderr } = await ask(['logs', '--tail=120', '--', name])
      add('node-journal', name, `${stdout}\n${stderr}`)
    })
    if (node.status !== 'running') return log.then(() => node)
    const [found] = await Promise.all([
      note(`${name}: files`, async () => parseInside((await inside(['sh', '-c', insideScript])).stdout, Date.now()), null),
      log,
      journal('kubelet', 'kubelet', name, ['--unit=kubelet', '--lines=200']),
      journal('runtime', 'node-journal', `${name}:runtime`, ['--unit=containerd', '--unit=crio', '--unit=docker', '--lines=100']),
      part('pods', async () => {
        for (const [file, text] of await script(podScript)) add('pod', `${name}:${file}`, text)
      }),
      part('api', async () => {
        // The others would say the same; workers have no access.
        if (isFirst) for (const [what, text] of await script(apiScript)) add('pod', `${name}:kubectl get ${what}`, text)
      }),
    ])
    return { ...node, inside: found }
  }
}
