/** Facts that tell who is behind the socket; each may be missing while the engine is down. */
export type ProductTraces = {
  readonly context: string | null
  readonly endpoint: string | null
  readonly platform?: string
  readonly components?: readonly string[]
  readonly operatingSystem?: string
  readonly name?: string
  readonly version?: string
}

/** Name of the product; null when it is down and its address says nothing. */
export function productOf({
  context,
  endpoint,
  platform = '',
  components = [],
  operatingSystem = '',
  name = '',
  version = '',
}: ProductTraces): string | null {
  const at = endpoint ?? ''
  if (components.some((one) => one.startsWith('Podman')) || /\/podman\//.test(at)) return 'Podman'
  if (operatingSystem === 'OrbStack' || context === 'orbstack' || /\/\.orbstack\//.test(at)) return 'OrbStack'
  if (name === 'colima' || name.startsWith('colima-') || /\/\.colima\/|\/colima\//.test(at) || /^colima(-|$)/.test(context ?? ''))
    return 'colima'
  if (name.endsWith('rancher-desktop') || context === 'rancher-desktop' || /\/\.rd\//.test(at)) return 'Rancher Desktop'
  if (platform.startsWith('Docker Desktop') || operatingSystem === 'Docker Desktop' || context === 'desktop-linux') return 'Docker Desktop'
  if (/\/\.docker\/(run|desktop)\/|dockerDesktop/.test(at)) return 'Docker Desktop'
  if (/Mirantis|Enterprise/.test(platform)) return 'Mirantis Container Runtime'
  if (version !== '' || /^unix:\/\/(\/var)?\/run\/(user\/\d+\/)?docker\.sock$/.test(at)) return 'Docker Engine'
  return null
}
