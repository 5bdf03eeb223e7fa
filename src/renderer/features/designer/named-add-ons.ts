/**
 * Add-ons by name, each with the manifest that its own project publishes. Nothing is fetched for the list: the address goes into the document, and the create
 * fetches it. What each is stands in the locales (`addOn.<id>`).
 */
export const namedAddOns = [
  // https://projectcontour.io/getting-started/
  { id: 'contour', name: 'Contour', address: 'https://projectcontour.io/quickstart/contour.yaml' },
  // Best-effort maintenance ended in March 2026: https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/
  {
    id: 'ingress-nginx',
    name: 'Ingress NGINX',
    address: 'https://raw.githubusercontent.com/kubernetes/ingress-nginx/main/deploy/static/provider/kind/deploy.yaml',
  },
  // https://github.com/kubernetes-sigs/metrics-server#installation; why it wants the argument with kind: its section on requirements.
  {
    id: 'metrics-server',
    name: 'metrics-server',
    address: 'https://github.com/kubernetes-sigs/metrics-server/releases/latest/download/components.yaml',
  },
  // Kubernetes Dashboard was archived in January 2026 and names Headlamp in its place: https://github.com/kubernetes-retired/dashboard
  // https://headlamp.dev/docs/latest/installation/in-cluster/
  {
    id: 'headlamp',
    name: 'Headlamp',
    address: 'https://raw.githubusercontent.com/kubernetes-sigs/headlamp/main/kubernetes-headlamp.yaml',
  },
] as const
