import type { AppErrorShape } from '#shared/messages/error.ts'
import { registryPort, type View } from './document/form.ts'

/** Codes that the form says beside a field which is always in sight. */
const alwaysBeside = /^(?:name-|image-|kubernetes-needs-cgroup-v2$|subnet-overlap$|document-invalid$)/

/** Whether the form says it beside a field in sight: what concerns a node that is not the chosen one has to be said above. Pure. */
export function isBeside({ code, facts }: Pick<AppErrorShape, 'code' | 'facts'>, view: View, chosen: number): boolean {
  if (code === 'port-taken' || code === 'port-invalid') return portsOf(view, chosen).includes(String(facts['port']))
  if (code === 'mount-missing') return mountsOf(view, chosen).includes(String(facts['path']))
  return alwaysBeside.test(code)
}

function portsOf(view: View, chosen: number): string[] {
  if (view.provider === 'minikube') return view.ports.flatMap((mapping) => mapping.split(':').slice(0, -1))
  const ports = (nodeAt(view, chosen)?.ports ?? []).map((port) => port.hostPort)
  return [view.networking.apiServerPort, registryPort(view.extras), ...ports].map((port) => port.trim())
}

function mountsOf(view: View, chosen: number): string[] {
  if (view.provider === 'minikube') return view.mount === null ? [] : [view.mount.source]
  return (nodeAt(view, chosen)?.mounts ?? []).map((mount) => mount.hostPath)
}

const nodeAt = (view: View & { provider: 'kind' }, chosen: number) => view.nodes[Math.min(chosen, view.nodes.length - 1)]
