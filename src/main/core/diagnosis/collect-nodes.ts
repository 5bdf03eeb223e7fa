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
echo '== kubelet'; systemctl show kubelet --property=ActiveState,SubState,Result,NRestarts,ExecMainStatus 2>/dev/null
echo '== cgroup'; stat -fc %T /sys/fs/cgroup
echo '== kubelet-driver'; grep -h '^cgroupDriver:' /var/lib/kubelet/config.yaml 2>/dev/null
echo '== runtime-driver'; grep -h 'SystemdCgroup' /etc/containerd/config.toml 2>/dev/null
echo '== disk'; df -P /var | tail -1
`
const podScript = `for file in $(ls -t /var/log/pods/kube-system_*/*/*.log 2>/dev/null | head -n 12); do echo "== $file"; tail -c 4000 "$file"; done`

/** What the engine says of the nodes, and what is to be read in those that run. Texts are added to `texts`. */
export async function readNodes(names: readonly string[], ask: Ask, note: Note, texts: EvidenceText[]): Promise<NodeEvidence[]> {
  // Of one that is gone docker says so on stderr, and tells of the others.
  const inspected = await ask(['inspect', '--type=container', '--', ...names])
  const nodes = parseInspect(inspected.stdout)
  for (const node of nodes) if (node.error !== '') texts.push({ source: 'engine', name: node.name, text: node.error })
  return Promise.all(nodes.map((node, index) => (index < mostNodes ? read(node) : node)))

  async function read(node: NodeEvidence): Promise<NodeEvidence> {
    const add = (source: EvidenceText['source'], name: string, text: string) => {
      if (text.trim() !== '') texts.push({ source, name, text: lastBytes(text, textBytes) })
    }
    const running = node.status === 'running'
    const inside = (script: readonly string[]) => ask(['exec', '--', node.name, ...script])
    const [found] = await Promise.all([
      running
        ? note(`${node.name}: files`, async () => parseInside((await inside(['sh', '-c', insideScript])).stdout, Date.now()), null)
        : null,
      note(
        `${node.name}: log`,
        async () => {
          const { stdout, stderr } = await ask(['logs', '--tail=120', '--', node.name])
          add('node-journal', node.name, `${stdout}\n${stderr}`)
        },
        undefined,
      ),
      ...(running
        ? [
            journal('kubelet', ['--unit=kubelet', '--lines=200'], 'kubelet'),
            journal('containerd', ['--unit=containerd', '--unit=crio', '--unit=docker', '--lines=100'], 'node-journal'),
            note(
              `${node.name}: pods`,
              async () => {
                for (const [file, text] of sections((await inside(['sh', '-c', podScript])).stdout))
                  add('pod', `${node.name}:${file}`, text)
              },
              undefined,
            ),
          ]
        : []),
    ])
    return { ...node, inside: found }

    function journal(what: string, args: readonly string[], source: EvidenceText['source']): Promise<void> {
      return note(
        `${node.name}: ${what}`,
        async () => {
          const { stdout, stderr, exitCode } = await inside(['journalctl', ...args, '--no-pager', '--output=short-iso', '--quiet'])
          if (exitCode !== 0) throw new Error(stderr.trim().slice(0, 200))
          add(source, source === 'kubelet' ? node.name : `${node.name}:${what}`, stdout)
        },
        undefined,
      )
    }
  }
}

/** Splits at lines `== name`. */
export function sections(text: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const part of text.split(/^== /m).slice(1)) {
    const end = part.indexOf('\n')
    found.set(end < 0 ? part : part.slice(0, end).trim(), end < 0 ? '' : part.slice(end + 1))
  }
  return found
}
