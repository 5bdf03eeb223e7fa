import type { PackageManager } from '#shared/contract/toolchain.ts'

/** What a path says of who put a file there. */
export type PathOwner = { readonly manager: PackageManager; readonly name: string | null; readonly version: string | null }

type Rule = { readonly manager: PackageManager; readonly pattern: RegExp }

/** The first that fits wins. Groups `name` and `version` where the path holds them. */
const rules: readonly Rule[] = [
  // https://docs.brew.sh/Formula-Cookbook#homebrew-terminology: bin/kubectl links to Cellar/kubernetes-cli/1.34.2/bin/kubectl.
  { manager: 'brew', pattern: /\/(?:Cellar|Caskroom)\/(?<name>[^/]+)\/(?<version>[^/]+)\// },
  // /snap/bin/kubectl links to /usr/bin/snap, so the path itself must be asked too; the program lies in /snap/kubectl/3678/kubectl.
  { manager: 'snap', pattern: /\/snap\/bin\/(?<name>[^/.]+)(?:\.[^/]+)?$/ },
  { manager: 'snap', pattern: /^(?:\/var\/lib\/snapd)?\/snap\/(?<name>[^/]+)\/(?:current|x?\d+)\// },
  { manager: 'nix', pattern: /^\/nix\/store\/[0-9a-z]{32}-(?<name>[^/]*?)-(?<version>\d[^/]*)\// },
  { manager: 'nix', pattern: /\/(?:\.nix-profile|run\/current-system\/sw|etc\/profiles\/per-user\/[^/]+)\/bin\/(?<name>[^/]+)$/ },
  { manager: 'mise', pattern: /\/mise\/installs\/(?<name>[^/]+)\/(?<version>[^/]+)\// },
  { manager: 'mise', pattern: /\/mise\/shims\/(?<name>[^/]+)$/ },
  { manager: 'asdf', pattern: /\/\.asdf\/installs\/(?<name>[^/]+)\/(?<version>[^/]+)\// },
  { manager: 'asdf', pattern: /\/\.asdf\/shims\/(?<name>[^/]+)$/ },
  // winget links portable programs: https://learn.microsoft.com/windows/package-manager/winget/install
  { manager: 'winget', pattern: /\\WinGet\\Packages\\(?<name>[^\\]+?)_[^\\]+\\/i },
  { manager: 'winget', pattern: /\\WinGet\\Links\\/i },
  { manager: 'choco', pattern: /\\chocolatey\\lib\\(?<name>[^\\]+)\\/i },
  { manager: 'choco', pattern: /\\chocolatey\\bin\\/i },
  { manager: 'scoop', pattern: /\\scoop\\apps\\(?<name>[^\\]+)\\(?:current|(?<version>\d[^\\]*))\\/i },
  { manager: 'scoop', pattern: /\\scoop\\shims\\(?<name>[^\\]+)\.exe$/i },
  // Docker Desktop, OrbStack, Rancher Desktop and Google Cloud bring a kubectl of their own.
  { manager: 'bundle', pattern: /\/Applications\/(?<name>[^/]+)\.app\// },
  { manager: 'bundle', pattern: /\/\.(?<name>docker|orbstack|rd)\/bin\// },
  { manager: 'bundle', pattern: /\/(?<name>google-cloud-sdk)\// },
  { manager: 'bundle', pattern: /\\(?<name>Docker|Rancher Desktop)\\.*\\bin\\/i },
  { manager: 'go', pattern: /[\\/]go[\\/]bin[\\/](?<name>[^\\/]+?)(?:\.exe)?$/ },
]

/** The manager that paths of one file tell of: as it is found, and where its links lead. Null: none. Pure. */
export function ownerByPath(path: string, real: string): PathOwner | null {
  for (const { manager, pattern } of rules)
    for (const one of [real, path]) {
      const groups = pattern.exec(one)?.groups
      if (groups || pattern.test(one)) return { manager, name: groups?.['name'] ?? null, version: groups?.['version'] ?? null }
    }
  return null
}
