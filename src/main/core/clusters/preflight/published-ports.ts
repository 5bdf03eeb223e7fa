export type Published = { readonly container: string; readonly hostIp: string; readonly hostPort: number; readonly protocol: string }

/** Ports out of `docker ps --format={{.Names}}\t{{.Ports}}`: `0.0.0.0:80->80/tcp, [::]:80->80/tcp, 127.0.0.1:8000-8002->8000-8002/tcp, 9153/tcp`. Pure. */
export function publishedPorts(text: string): Published[] {
  return text.split('\n').flatMap((line) => {
    const [container = '', ports = ''] = line.split('\t')
    return ports.split(', ').flatMap((entry): Published[] => {
      const match = /^(.*):(\d+)(?:-(\d+))?->\d+(?:-\d+)?\/(\w+)$/.exec(entry.trim())
      if (match === null) return []
      const [, hostIp = '', first = '', last = first, protocol = ''] = match
      const count = Math.min(65_536, Number(last) - Number(first) + 1)
      return Array.from({ length: count }, (_, index) => ({
        container,
        hostIp: hostIp.replace(/^\[|\]$/g, ''),
        hostPort: Number(first) + index,
        protocol,
      }))
    })
  })
}
