import { known, type HostFacts, type Known } from '../facts.ts'
import { evidence, list, notKnown, type Rule, type Rules } from '../rule.ts'

type Ids = 'unique-hostname' | 'unique-mac' | 'unique-product-uuid' | 'unique-machine-id'

export const identityRules: Rules<Ids> = {
  'unique-hostname': uniqueRule('uname -n', (facts) => known([facts.hostname.toLowerCase()])),
  'unique-mac': uniqueRule('/sys/class/net', (facts) => known(macsOf(facts))),
  'unique-product-uuid': uniqueRule(
    '/sys/class/dmi/id/product_uuid',
    (facts) => (facts.productUuid.known ? known([facts.productUuid.value]) : facts.productUuid),
    'of-host',
  ),
  'unique-machine-id': uniqueRule('/etc/machine-id', (facts) => (facts.machineId.known ? known([facts.machineId.value]) : facts.machineId)),
}

/** Made up by programs, the same on every machine now and then: bridges, pairs, tunnels. */
const made = /^(?:docker|br-|virbr|veth|cni|cali|cilium|flannel|lxc|kube-|tunl|vxlan|dummy|tap|tun|wg)/

/** Of real cards; where it has none (a container), of whatever it has that is not made up. */
function macsOf(facts: HostFacts): string[] {
  const cards = facts.cards.filter(({ name, mac }) => mac !== '00:00:00:00:00:00' && !made.test(name))
  const real = cards.filter(({ device }) => device)
  return (real.length > 0 ? real : cards).map(({ mac }) => mac.toLowerCase())
}

function uniqueRule(source: string, valuesOf: (facts: HostFacts) => Known<readonly string[]>, kind?: 'of-host'): Rule<Ids> {
  return ({ facts, others }) => {
    if (others.length === 0) return { variant: 'alone' }
    // Containers show what their host is.
    if (kind === 'of-host' && facts.container !== 'none') return { variant: 'container' }
    const own = valuesOf(facts)
    if (!own.known) return notKnown(own, source)
    const same = others.flatMap((other) => {
      if (kind === 'of-host' && other.facts.container !== 'none') return []
      const theirs = valuesOf(other.facts)
      const shared = theirs.known ? own.value.filter((value) => value !== '' && theirs.value.includes(value)) : []
      return shared.map((value) => ({ name: other.name, value }))
    })
    const shown = {
      facts: { values: list([...new Set(same.map(({ value }) => value))]), others: list([...new Set(same.map(({ name }) => name))]) },
      evidence: own.value.map((value) => evidence(source, value)),
    }
    return { variant: same.length > 0 ? 'same' : 'ok', ...shown }
  }
}
