import { basename, join } from 'node:path'

type Variables = Readonly<Record<string, string | undefined>>

/** minikube's own folder: https://github.com/kubernetes/minikube/blob/v1.36.0/pkg/minikube/localpath/localpath.go */
export function minikubeHome(env: Variables, homeDir: string): string {
  const set = env['MINIKUBE_HOME']
  if (set === undefined || set === '') return join(env['HOME'] || env['USERPROFILE'] || homeDir, '.minikube')
  return basename(set) === '.minikube' ? set : join(set, '.minikube')
}

export const profilesFolder = (home: string): string => join(home, 'profiles')
export const profileFolder = (home: string, name: string): string => join(home, 'profiles', name)
export const machinesFolder = (home: string): string => join(home, 'machines')

/** Flags that a user has set for every minikube (`MINIKUBE_DRIVER=podman`) hold for Cove's too; those that would make of a start something else do not. */
const meaning = [
  'PROFILE',
  'NODES',
  'HA',
  'DRY_RUN',
  'DOWNLOAD_ONLY',
  'NO_KUBERNETES',
  'DELETE_ON_FAILURE',
  'OUTPUT',
  'INTERACTIVE',
  'NAMESPACE',
  'PURGE',
  'ALL',
]

/** What minikube gets beside the environment of all tools. `kubeconfig`: a file of Cove's own, so that minikube does not edit the user's. */
export function minikubeVariables(path: string, kubeconfig: string): Record<string, string | undefined> {
  return {
    PATH: path,
    KUBECONFIG: kubeconfig,
    MINIKUBE_WANTUPDATENOTIFICATION: 'false',
    MINIKUBE_WANTREPORTERRORPROMPT: 'false',
    MINIKUBE_SUPPRESS_DOCKER_PERFORMANCE: 'true',
    ...Object.fromEntries(meaning.map((name) => [`MINIKUBE_${name}`, undefined])),
  }
}
