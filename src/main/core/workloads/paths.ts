/** Paths of the Kubernetes API; names are data and stay one path segment each. */
export const namespacesPath = '/api/v1/namespaces'
export const nodesPath = '/api/v1/nodes'
export const versionPath = '/version'

export function nodePath(node: string): string {
  return `${nodesPath}/${segment(node)}`
}

/** `namespace: null` is all namespaces. */
export function podsPath(namespace: string | null): string {
  return namespace === null ? '/api/v1/pods' : `${namespacesPath}/${segment(namespace)}/pods`
}

export function podPath(namespace: string, pod: string): string {
  return `${podsPath(namespace)}/${segment(pod)}`
}

/**
 * Changes after a resourceVersion, one JSON object a line, until the server has had enough (it sets the time itself).
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export function watchPodsPath(namespace: string | null, resourceVersion: string): string {
  return `${podsPath(namespace)}?watch=true&allowWatchBookmarks=true&resourceVersion=${encodeURIComponent(resourceVersion)}`
}

function segment(name: string): string {
  // encodeURIComponent leaves dots alone, and `..` would climb.
  return encodeURIComponent(name).replace(/^\.+$/, (dots) => dots.replaceAll('.', '%2E'))
}
