import type { HostAction, HostStep } from '#shared/contract/host-changes.ts'
import type { Target } from '../targets/types.ts'
import { type Family, freshLists, installAction } from './packages.ts'
import { command, file, step } from './steps.ts'

/** Address of the key, and the line that names the file which it is kept in; `@CODENAME@` is filled in by `withFiles`. */
export type Apt = { readonly key: string; readonly text: (keyring: string) => string }

/** What a step is told as. */
type Told = { readonly id: string; readonly link: string; readonly facts?: HostStep['facts'] }

/** apt reads keys in ASCII armour from files that end with `.asc`: https://wiki.debian.org/DebianRepository/UseThirdParty */
export function aptRepository(name: string, { key, text }: Apt, { id, link, facts }: Told): HostStep {
  const keyring = `/etc/apt/keyrings/${name}.asc`
  return step(
    id,
    link,
    [
      command(['install', '-d', '-m', '0755', '/etc/apt/keyrings']),
      command(['curl', '-fsSL', '--proto', '=https', '-o', keyring, key], { undo: ['rm', '-f', keyring] }),
      file(`/etc/apt/sources.list.d/${name}.list`, null, text(keyring)),
    ],
    { repository: new URL(key).host, ...facts },
  )
}

export function rpmRepository(name: string, text: string, family: Family, { id, link, facts }: Told): HostStep {
  const valueOf = (field: string) => new RegExp(`^${field}=(\\S+)`, 'm').exec(text)?.[1] ?? ''
  // dnf takes the key that the file names for this repository alone; zypper would have to be told to trust the keys of all of them.
  const [folder, trust] =
    family === 'suse'
      ? ['/etc/zypp/repos.d', [command(['rpm', '--import', valueOf('gpgkey')])]]
      : ['/etc/yum.repos.d', [] as readonly HostAction[]]
  const repository = new URL(valueOf('baseurl').replaceAll('$', '') || 'https://invalid').host
  return step(id, link, [...trust, file(`${folder}/${name}.repo`, null, text)], { repository, ...facts })
}

type ObsSource = {
  readonly name: string
  readonly title: string
  /** Its publisher, whose key packages are checked by. */
  readonly base: string
  /** Where they come from instead. */
  readonly mirror?: string
  /** Further lines for rpm. */
  readonly more?: string
}

/** A repository as pkgs.k8s.io has them, for apt and for rpm. */
export function obsRepository(
  { name, title, base, mirror = base, more = '' }: ObsSource,
  family: Exclude<Family, 'arch'>,
  told: Told,
): HostStep {
  if (family === 'debian')
    return aptRepository(name, { key: `${base}/deb/Release.key`, text: (keyring) => `deb [signed-by=${keyring}] ${mirror}/deb/ /\n` }, told)
  const text = `[${name}]\nname=${title}\nbaseurl=${mirror}/rpm/\nenabled=1\ngpgcheck=1\ngpgkey=${base}/rpm/repodata/repomd.xml.key\n${more}`
  return rpmRepository(name, text, family, told)
}

/** Address of the key that a step of this file makes the packages be checked by; null: it is none of them. Pure. */
export function keyOf({ actions }: HostStep): string | null {
  for (const action of actions) {
    if (action.kind === 'file') {
      const named = /^gpgkey=(\S+)$/m.exec(action.after ?? '')?.[1]
      if (named !== undefined) return named
    } else if (action.argv[0] === 'curl' || (action.argv[0] === 'rpm' && action.argv[1] === '--import')) return action.argv.at(-1) ?? null
  }
  return null
}

/** The file that a step of `aptRepository` fetches a key into. */
const keyringOf = (action: HostAction) => (action.kind === 'command' && action.argv[0] === 'curl' ? (action.undo?.at(-1) ?? null) : null)

async function isThere(target: Target, path: string): Promise<boolean> {
  return (await target.run({ argv: ['test', '-e', path], root: true, quiet: true, timeoutMs: 15_000 })).exitCode !== 1
}

/** Debian as it comes has no curl, nor authorities to trust; the latter stay, as other programs begin to use them. */
const installCurl: readonly HostAction[] = [
  ...freshLists('apt-get'),
  installAction('apt-get', ['ca-certificates', 'curl'], { undo: ['curl'] }),
]

async function hasCurl(target: Target): Promise<boolean> {
  return (await target.run({ argv: ['sh', '-c', 'command -v curl'], quiet: true, timeoutMs: 15_000 })).exitCode === 0
}

/**
 * What is in the files of these steps now, and the codename of the distribution where a text asks for it. A keyring that is there, which repositories of the
 * person may be checked by, is not taken away by an undo.
 */
export async function withFiles(target: Target, steps: readonly HostStep[]): Promise<HostStep[]> {
  const release = steps.length === 0 ? '' : ((await target.readFile('/etc/os-release')) ?? '')
  const codename = /^(?:UBUNTU_CODENAME|VERSION_CODENAME)="?([a-z]+)"?$/m.exec(release)?.[1] ?? 'stable'
  return Promise.all(
    steps.map(async ({ id, link, facts, actions }) => {
      const read = actions.map(
        async (action): Promise<HostAction> =>
          action.kind === 'file'
            ? {
                ...action,
                before: await target.readFile(action.path, { root: true }),
                after: action.after?.replace('@CODENAME@', codename) ?? null,
              }
            : keyringOf(action) !== null && (await isThere(target, keyringOf(action) ?? ''))
              ? { ...action, undo: [] }
              : action,
      )
      const needsCurl = actions.some((action) => keyringOf(action) !== null) && !(await hasCurl(target))
      // What is so already is done.
      return step(id, link, [...(needsCurl ? installCurl : []), ...(await Promise.all(read))], facts)
    }),
  )
}
