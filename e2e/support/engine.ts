import { execa } from 'execa'

const label = 'io.x-k8s.kind.cluster'

/** What the engine holds of kind clusters: containers, their anonymous volumes' count, endpoints on the kind network. */
export async function engineState(): Promise<{ containers: string[]; volumes: string[]; attached: string[] }> {
  const containers = await lines('docker', ['ps', '-a', '--filter', `label=${label}`, '--format', '{{.Names}}'])
  const volumes = await lines('docker', ['volume', 'ls', '--quiet', '--filter', 'dangling=true'])
  const network = await execa('docker', ['network', 'inspect', 'kind', '--format', '{{range .Containers}}{{.Name}} {{end}}'], {
    reject: false,
  })
  return {
    containers: containers.sort(),
    volumes: volumes.sort(),
    attached: network.exitCode === 0 ? network.stdout.trim().split(/\s+/).filter(Boolean).sort() : [],
  }
}

export async function nodesOf(cluster: string): Promise<string[]> {
  return lines('docker', ['ps', '-a', '--filter', `label=${label}=${cluster}`, '--format', '{{.Names}}'])
}

/** Removes a cluster's containers whatever made them; for the end of a test. */
export async function removeCluster(cluster: string): Promise<void> {
  const nodes = await nodesOf(cluster)
  if (nodes.length > 0) await execa('docker', ['rm', '-f', '-v', ...nodes], { reject: false })
}

async function lines(file: string, args: string[]): Promise<string[]> {
  const { stdout } = await execa(file, args)
  return stdout.split('\n').filter(Boolean)
}
