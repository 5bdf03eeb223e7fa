import type { ProfileConfig } from './profiles.ts'

/** What `minikube tunnel` does on this machine for one cluster. */
export type TunnelPlan = {
  /** Arguments of minikube. */
  readonly args: readonly string[]
  /** The route that leads to the addresses of services; null: they answer on this machine's own ports instead, through ssh. */
  readonly route: { readonly subnet: string; readonly gateway: string } | null
  /** What minikube runs as root for that route, through sudo, which it calls itself. Empty on Windows, and where there is no route. */
  readonly asRoot: readonly (readonly string[])[]
  /** And when it ends. */
  readonly undo: readonly (readonly string[])[]
}

export type TunnelGround = {
  /** GOOS of this machine. */
  readonly os: string
  /** This machine has no address in the network of the engine's containers: the engine is in a virtual machine, or without root. */
  readonly apart: boolean
}

/**
 * Null: no tunnel has a use there, as its services are reached without one (`none`) or minikube has none for it (QEMU's own network). Pure.
 * https://github.com/kubernetes/minikube/blob/v1.36.0/cmd/minikube/cmd/tunnel.go, `NeedsPortForward` in pkg/minikube/driver/driver.go
 */
export function tunnelPlan(config: ProfileConfig, args: readonly string[], { os, apart }: TunnelGround): TunnelPlan | null {
  const { Driver, Network, KubernetesConfig, Nodes } = config
  if (Driver === 'none' || (/^qemu2?$/.test(Driver) && ['', 'builtin', 'user'].includes(Network))) return null
  const gateway = Nodes?.[0]?.IP ?? ''
  // The address of a machine that minikube has yet to ask for cannot be shown before.
  if ((/^(?:docker|podman)$/.test(Driver) && apart) || gateway === '') return { args, route: null, asRoot: [], undo: [] }
  const subnet = KubernetesConfig?.ServiceCIDR || '10.96.0.0/12'
  return { args, route: { subnet, gateway }, ...routeCommands(os, subnet, gateway, KubernetesConfig?.DNSDomain || 'cluster.local') }
}

/** As route_linux.go and route_darwin.go of https://github.com/kubernetes/minikube/tree/v1.36.0/pkg/minikube/tunnel run them. On Windows it calls no sudo. */
function routeCommands(os: string, subnet: string, gateway: string, domain: string): Pick<TunnelPlan, 'asRoot' | 'undo'> {
  if (os === 'windows') return { asRoot: [], undo: [] }
  if (os !== 'darwin')
    return { asRoot: [['sudo', 'ip', 'route', 'add', subnet, 'via', gateway]], undo: [['sudo', 'ip', 'route', 'delete', subnet]] }
  // Names in the cluster are then asked of the cluster.
  const resolver = `/etc/resolver/${domain}`
  return {
    asRoot: [
      ['sudo', 'route', '-n', 'add', subnet, gateway],
      ['sudo', 'mkdir', '-p', '/etc/resolver'],
      ['sudo', 'cp', '-fp', '…', resolver],
    ],
    undo: [
      ['sudo', 'route', '-n', 'delete', subnet],
      ['sudo', 'rm', '-f', resolver],
    ],
  }
}

/** What a running tunnel says of itself. */
export type TunnelReport = {
  /** Names of the services that it serves. */
  readonly services: readonly string[]
  /** Names of those with ports below 1024, for which it calls sudo. */
  readonly lowPorts: readonly string[]
  /** Why it does not work although it goes on, in its own words; null: it works. */
  readonly fault: string | null
}

const none: TunnelReport = { services: [], lowPorts: [], fault: null }

/**
 * Reads line by line what `minikube tunnel` prints; answers with a report where a line completes one. With a route it prints a block for each change
 * (pkg/minikube/tunnel/reporter.go), through ssh a line for each service (pkg/minikube/tunnel/kic/ssh_conn.go).
 */
export function createTunnelReader(): (line: string) => TunnelReport | null {
  let block: string[] | null = null
  let report = none
  const say = (changed: Partial<TunnelReport>) => (report = { ...report, ...changed })
  const without = (names: readonly string[], name: string) => names.filter((one) => one !== name)

  return (line) => {
    if (/^Status:\s*$/.test(line)) {
      block = []
      return null
    }
    if (block !== null) {
      block.push(line)
      if (!/^\s*loadbalancer emulator: /.test(line)) return null
      const whole = block
      block = null
      return say(blockOf(whole))
    }
    const begun = /Starting tunnel for service (.+)\.$/.exec(line)?.[1]
    if (begun !== undefined) return say({ services: [...without(report.services, begun), begun] })
    const over = /Stopp(?:ing|ed) tunnel for service (.+)\.$/.exec(line)?.[1]
    if (over !== undefined) return say({ services: without(report.services, over), lowPorts: without(report.lowPorts, over) })
    const low = /service\/ingress (.+) requires privileged ports/.exec(line)?.[1]
    if (low !== undefined) return say({ lowPorts: [...without(report.lowPorts, low), low] })
    return /Tunnel successfully started/.test(line) ? say({}) : null
  }
}

function blockOf(lines: readonly string[]): TunnelReport {
  const text = lines.join('\n')
  const services = /^\s*services: \[(.*)\]$/m.exec(text)?.[1] ?? ''
  const errors = /^\s*errors:\s*\n\s*minikube: ([\s\S]*?)\n\s*router: ([\s\S]*?)\n\s*loadbalancer emulator: ([\s\S]*)$/m.exec(text)
  const [, minikube, router, balancer] = errors ?? []
  const fault = [router, minikube, balancer].find((said) => said !== undefined && said !== 'no errors')
  return {
    services: services === '' ? [] : services.split(', '),
    lowPorts: [],
    // It adds how many lines the program printed: https://github.com/kubernetes/minikube/blob/v1.36.0/pkg/minikube/tunnel/route_linux.go
    fault: fault?.replace(/\s*, \d+$/, '').trim() ?? null,
  }
}
