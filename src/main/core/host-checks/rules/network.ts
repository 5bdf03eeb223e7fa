import { isIP } from 'node:net'
import { subnetsOverlap } from '#shared/contract/document.ts'
import type { HostFacts } from '../facts.ts'
import { isMember } from '../member.ts'
import { covered, firstAddress, proxiesOf, proxyOf } from '../proxy.ts'
import { evidence, type Ground, list, notKnown, type Rules } from '../rule.ts'
import { runtimeOf } from '../runtime-of.ts'

type Ids =
  | 'hostname'
  | 'hostname-resolves'
  | 'default-route'
  | 'subnet-overlap'
  | 'dns-loop'
  | 'dns-limits'
  | 'proxy-node'
  | 'proxy-subnets'
  | 'proxy-runtime'

/** Of the C library and the kubelet. https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/#known-issues */
const dnsLimits = { servers: 3, domains: 32, letters: 2048 }
const loopback = (address: string) => address.startsWith('127.') || address === '::1'

export const networkRules: Rules<Ids> = {
  hostname: ({ facts }) => {
    // kubeadm makes it lower case itself. https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names
    const name = facts.hostname.toLowerCase()
    const valid = name.length <= 253 && /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/.test(name)
    return { variant: valid ? 'ok' : 'invalid', facts: { hostname: facts.hostname }, evidence: [evidence('uname -n', facts.hostname)] }
  },
  'hostname-resolves': ({ facts }) => {
    const inHosts = facts.hosts.split('\n').filter((line) => line.replace(/#.*/, '').trim().split(/\s+/).slice(1).includes(facts.hostname))
    const addresses = facts.resolves.known ? facts.resolves.value : inHosts.map((line) => line.trim().split(/\s+/)[0] ?? '')
    if (!facts.resolves.known && addresses.length === 0) return notKnown(facts.resolves, 'getent ahosts')
    const shown = {
      facts: { hostname: facts.hostname, addresses: list(addresses) },
      evidence: inHosts.map((line) => evidence('/etc/hosts', line)),
    }
    return { variant: addresses.length > 0 ? 'ok' : 'not-found', ...shown }
  },
  'default-route': ({ facts }) => ({
    variant: facts.defaultRoute ? 'ok' : 'none',
    evidence: facts.addresses.map(({ device, address }) => evidence(device, address)),
  }),
  'subnet-overlap': (ground) => {
    const { podSubnets, serviceSubnets } = ground.intent
    const subnets = [...podSubnets, ...serviceSubnets].filter(isSubnet)
    if (subnets.length === 0) return { variant: 'not-given' }
    for (const pod of podSubnets.filter(isSubnet)) {
      const service = serviceSubnets.filter(isSubnet).find((one) => subnetsOverlap(pod, one))
      if (service !== undefined) return { variant: 'each-other', facts: { subnet: pod, other: service } }
    }
    for (const subnet of subnets) {
      const route = routesOfOthers(ground).find((one) => subnetsOverlap(subnet, one.subnet))
      if (route)
        return {
          variant: 'route',
          facts: { subnet, other: route.subnet, device: route.device },
          evidence: [evidence(route.device, route.subnet)],
        }
    }
    return {
      variant: 'ok',
      facts: { subnets: list(subnets) },
      evidence: ground.facts.routes.map(({ device, subnet }) => evidence(device, subnet)),
    }
  },
  'dns-loop': ({ facts }) => {
    if (!facts.resolv.known) return notKnown(facts.resolv, '/etc/resolv.conf')
    const { nameservers, link } = facts.resolv.value
    const shown = {
      facts: { nameservers: list(nameservers) },
      evidence: nameservers.map((server) => evidence(link || '/etc/resolv.conf', `nameserver ${server}`)),
    }
    if (nameservers.length === 0) return { variant: 'none' }
    if (!nameservers.some(loopback)) return { variant: 'ok', ...shown }
    return { variant: stubIsHandled(facts) ? 'stub' : 'loop', ...shown }
  },
  'dns-limits': ({ facts }) => {
    if (!facts.resolv.known) return notKnown(facts.resolv, '/etc/resolv.conf')
    const { nameservers, search, link } = facts.resolv.value
    const shown = {
      facts: { servers: nameservers.length, domains: search.length },
      evidence: [evidence(link || '/etc/resolv.conf', `${list(nameservers)}; ${list(search)}`)],
    }
    if (nameservers.length > dnsLimits.servers) return { variant: 'servers', ...shown }
    const long = search.length > dnsLimits.domains || search.join(' ').length > dnsLimits.letters
    return { variant: long ? 'domains' : 'ok', ...shown }
  },
  'proxy-node': ({ facts }) => {
    const proxy = proxyOf(facts, 'https_proxy')
    if (proxy === null) return { variant: 'none' }
    const address = facts.addresses[0]?.address.split('/')[0]
    if (address === undefined) return notKnown('failed', 'ip addr')
    const shown = {
      facts: { proxy: proxy.value, address },
      evidence: [evidence(proxy.where, `HTTPS_PROXY=${proxy.value}`), ...noProxyShown(facts)],
    }
    return { variant: covered(noProxyOf(facts), address) ? 'ok' : 'through', ...shown }
  },
  'proxy-subnets': ({ facts, intent }) => {
    const proxy = proxyOf(facts, 'https_proxy')
    if (proxy === null) return { variant: 'none' }
    const through = [...intent.podSubnets, ...intent.serviceSubnets]
      .filter(isSubnet)
      .filter((subnet) => !covered(noProxyOf(facts), firstAddress(subnet)))
    const shown = {
      facts: { proxy: proxy.value, subnets: list(through) },
      evidence: [evidence(proxy.where, `HTTPS_PROXY=${proxy.value}`), ...noProxyShown(facts)],
    }
    return { variant: through.length > 0 ? 'through' : 'ok', ...shown }
  },
  'proxy-runtime': ({ facts, intent }) => {
    const proxy = proxyOf(facts, 'https_proxy')
    const runtime = runtimeOf(facts, intent)
    if (proxy === null || runtime === null || runtime.units.length === 0) return { variant: 'none' }
    const unit = runtime.units[0] ?? ''
    const own = proxiesOf(facts, unit).filter(({ name }) => name !== 'no_proxy')
    const shown = { facts: { proxy: proxy.value, unit }, evidence: own.map(({ name, value }) => evidence(unit, `${name}=${value}`)) }
    return { variant: own.length > 0 ? 'ok' : 'without', ...shown }
  },
}

const noProxyOf = (facts: HostFacts) => proxyOf(facts, 'no_proxy')?.value ?? ''
const noProxyShown = (facts: HostFacts) => {
  const found = proxyOf(facts, 'no_proxy')
  return found ? [evidence(found.where, `NO_PROXY=${found.value}`)] : []
}

export function isSubnet(text: string): boolean {
  const [address = '', bits = ''] = text.split('/')
  const family = isIP(address)
  return family !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)
}

/** On a node the routes into its own pods are no clash: they lie within the subnet of pods. */
function routesOfOthers({ facts, intent }: Ground): HostFacts['routes'] {
  if (!isMember(facts)) return facts.routes
  const within = (inner: string, outer: string) =>
    subnetsOverlap(inner, outer) && Number(inner.split('/')[1]) >= Number(outer.split('/')[1])
  return facts.routes.filter(
    (route) => ![...intent.podSubnets, ...intent.serviceSubnets].filter(isSubnet).some((subnet) => within(route.subnet, subnet)),
  )
}

/** The kubelet is pointed to the file with the real servers: by its configuration, or by kubeadm where systemd-resolved runs. */
function stubIsHandled(facts: HostFacts): boolean {
  const told = facts.kubeletConfig.known ? facts.kubeletConfig.value['resolvConf'] : undefined
  const real = facts.resolvedUpstream.length > 0 && !facts.resolvedUpstream.some(loopback)
  if (typeof told === 'string') return told !== '/etc/resolv.conf' && (told !== '/run/systemd/resolve/resolv.conf' || real)
  return real && facts.services.known && facts.services.value.get('systemd-resolved')?.active === true
}
