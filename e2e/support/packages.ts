import type { BareHost } from './bare-host.ts'

/**
 * What packages a host gets without a network, out of the folders that its image carries (e2e/real-cluster/host/repositories): real ones of Debian, and under the
 * name of pkgs.k8s.io a repository that is signed as the real one is, behind a certificate that this host alone believes. Needs a host with ssh: it is their image.
 */
export async function servePackages(host: BareHost): Promise<void> {
  const script = `
rm -f /etc/apt/sources.list.d/*
echo 'deb [trusted=yes] file:/srv/debian ./' > /etc/apt/sources.list
echo '127.0.0.1 pkgs.k8s.io' >> /etc/hosts
systemd-run --quiet --unit=cove-test-files busybox httpd -f -p 127.0.0.1:8099 -h /srv/pkgs.k8s.io
systemd-run --quiet --unit=cove-test-tls socat OPENSSL-LISTEN:443,cert=/srv/pkgs.k8s.io.crt,key=/srv/pkgs.k8s.io.key,verify=0,reuseaddr,fork TCP:127.0.0.1:8099
for port in 443 8099; do
  until socat -u OPEN:/dev/null "TCP:127.0.0.1:$port" 2>/dev/null; do sleep 0.1; done
done`
  await host.run('timeout', '60', 'sh', '-ec', script)
}

/** Packages that are installed, of those named. */
export async function installedOf(host: BareHost, ...names: string[]): Promise<string[]> {
  const said = await host.run('sh', '-c', 'dpkg-query -W -f="\\${Package} \\${db:Status-Status}\\n" "$@" 2>/dev/null; true', 'sh', ...names)
  return said.split('\n').flatMap((line) => /^(\S+) installed$/.exec(line)?.[1] ?? [])
}
