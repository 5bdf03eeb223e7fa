import { evidence, minorOf, type Rule, type Rules } from '../rule.ts'

type Ids =
  | 'tool-conntrack'
  | 'tool-socat'
  | 'tool-ethtool'
  | 'tool-crictl'
  | 'tool-tc'
  | 'tool-ip'
  | 'tool-iptables'
  | 'tool-mount'
  | 'tool-nsenter'
  | 'tool-losetup'
  | 'tool-cp'
  | 'tool-touch'

type Need = {
  /** kubeadm refuses without it: always, below this minor version, from it on, never. */
  readonly needed: 'always' | 'never' | { readonly below: number } | { readonly from: number }
}

// cmd/kubeadm/app/preflight/checks_linux.go of 1.30, 1.33 and 1.34: what kubelet and kube-proxy no longer call was dropped in between.
const needs: Readonly<Record<Ids, Need>> = {
  'tool-conntrack': { needed: { below: 32 } },
  'tool-socat': { needed: 'never' },
  'tool-ethtool': { needed: 'never' },
  'tool-crictl': { needed: { below: 32 } },
  'tool-tc': { needed: 'never' },
  'tool-ip': { needed: { below: 32 } },
  'tool-iptables': { needed: { below: 32 } },
  'tool-mount': { needed: 'always' },
  'tool-nsenter': { needed: { below: 32 } },
  'tool-losetup': { needed: { from: 32 } },
  'tool-cp': { needed: { from: 32 } },
  'tool-touch': { needed: 'never' },
}

export const programRules: Rules<Ids> = {
  'tool-conntrack': toolRule('tool-conntrack'),
  'tool-socat': toolRule('tool-socat'),
  'tool-ethtool': toolRule('tool-ethtool'),
  'tool-crictl': toolRule('tool-crictl'),
  'tool-tc': toolRule('tool-tc'),
  'tool-ip': toolRule('tool-ip'),
  'tool-iptables': toolRule('tool-iptables'),
  'tool-mount': toolRule('tool-mount'),
  'tool-nsenter': toolRule('tool-nsenter'),
  'tool-losetup': toolRule('tool-losetup'),
  'tool-cp': toolRule('tool-cp'),
  'tool-touch': toolRule('tool-touch'),
}

function toolRule(id: Ids): Rule<Ids> {
  const name = id.slice('tool-'.length)
  return ({ facts, intent }) => {
    const path = facts.tools.get(name)
    if (path !== undefined) return { variant: 'ok', facts: { path }, evidence: [evidence('PATH', path)] }
    const { needed } = needs[id]
    const minor = minorOf(intent.kubernetes)
    const must = needed === 'always' || (typeof needed === 'object' && ('below' in needed ? minor < needed.below : minor >= needed.from))
    return { variant: must ? 'missing' : 'useful', facts: { kubernetes: intent.kubernetes } }
  }
}
