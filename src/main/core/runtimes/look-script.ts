/**
 * Everything that tells of runtimes and the kubelet, in one call. Each part stands under a line `<mark> <name>` and ends with `<mark> = <exit code>`; what is not
 * there has no part, so that absent, unreadable and silent differ. `$1`: the mark. POSIX shell, with what coreutils and BusyBox both have. Changes nothing.
 */
export const lookScript = `m=$1
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
command -v timeout >/dev/null 2>&1 || timeout() { shift; "$@"; }
s() { n=$1; shift; printf '\\n%s %s\\n' "$m" "$n"; { timeout 8 "$@" 2>/dev/null </dev/null; printf '\\n%s = %s\\n' "$m" "$?"; } | head -c 500000; }
both() { n=$1; shift; printf '\\n%s %s\\n' "$m" "$n"; { timeout 8 "$@" 2>&1 </dev/null; printf '\\n%s = %s\\n' "$m" "$?"; } | head -c 500000; }
f() { if [ -e "$2" ]; then s "$1" cat -- "$2"; fi; }
has() { p=$(command -v "$1" 2>/dev/null) && s "has $1" echo "$p"; }
s uid id -u
s init cat /proc/1/comm
s cgroup stat -fc %T /sys/fs/cgroup
s clock sh -c 'date +%s; cut -d" " -f1 /proc/uptime'
if [ -d /run/systemd/system ] && has systemctl; then
  for u in containerd.service crio.service docker.service cri-docker.service cri-docker.socket kubelet.service; do
    s "unit $u" systemctl show "$u" -p Id -p LoadState -p ActiveState -p UnitFileState -p ExecStart -p Listen -p ActiveEnterTimestampMonotonic -p MainPID
  done
fi
packages='containerd containerd.io cri-o docker.io docker-ce docker docker-engine docker-ee moby-engine cri-dockerd'
if command -v dpkg-query >/dev/null 2>&1; then s packages-dpkg dpkg-query -W -f '\${db:Status-Status}\\t\${Package}\\t\${Version}\\n' $packages
elif command -v rpm >/dev/null 2>&1; then s packages-rpm rpm -q --qf 'installed\\t%{NAME}\\t%{VERSION}-%{RELEASE}\\n' $packages
elif command -v pacman >/dev/null 2>&1; then s packages-pacman pacman -Q $packages
elif command -v apk >/dev/null 2>&1; then s packages-apk apk list -I $packages; fi
s listening sh -c 'grep " 00010000 " /proc/net/unix | grep -E "containerd|crio|cri-dock|docker"'
there=''
for p in /run/containerd/containerd.sock /run/crio/crio.sock /run/cri-dockerd.sock /run/cri-docker.sock; do
  if [ -S "$p" ]; then there="$there $p"; elif [ -S "/var$p" ]; then there="$there /var$p"; fi
done
s sockets echo "$there"
if has containerd; then
  c=$(systemctl show containerd.service -p ExecStart 2>/dev/null | sed -n -e 's/.*--config[= ]\\([^ ;]*\\).*/\\1/p' -e 's/.* -c \\([^ ;]*\\).*/\\1/p' | head -n 1)
  c=\${c:-/etc/containerd/config.toml}
  s containerd-version containerd --version
  s containerd-path echo "$c"
  f containerd-file "$c"
  if [ -e "$c" ]; then
    s containerd-written stat -c %Y "$c"
    s containerd-dump containerd --config "$c" config dump
    both containerd-said containerd --config "$c" config dump
  else s containerd-dump containerd config dump; fi
  if command -v ctr >/dev/null 2>&1 && [ -S /run/containerd/containerd.sock ]; then s ctr-plugins ctr plugins ls; fi
fi
for h in /etc/containerd/certs.d/*/hosts.toml; do f "file $h" "$h"; done
if has crio; then
  s crio-version crio --version
  if [ -S /run/crio/crio.sock ]; then s crio-config crio status config; else s crio-config crio config; fi
  s crio-written sh -c 'stat -c %Y /etc/crio/crio.conf /etc/crio/crio.conf.d/* | sort -n | tail -n 1'
  for h in /etc/containers/registries.conf /etc/containers/registries.conf.d/*.conf; do f "file $h" "$h"; done
fi
has dockerd
if has docker && [ -S /var/run/docker.sock ]; then
  s docker-version docker -H unix:///var/run/docker.sock version --format '{{json .}}'
  s docker-info docker -H unix:///var/run/docker.sock info --format '{{json .}}'
fi
f daemon-json /etc/docker/daemon.json
if [ -e /etc/docker/daemon.json ]; then s daemon-json-written stat -c %Y /etc/docker/daemon.json; fi
if has cri-dockerd; then both cri-dockerd-version cri-dockerd --version; fi
if has crictl; then
  for p in $there; do
    both "crictl-version $p" crictl --runtime-endpoint "unix://$p" --timeout 4s version
    both "crictl-runtime-config $p" crictl --runtime-endpoint "unix://$p" --timeout 4s runtime-config
  done
fi
if has kubelet; then s kubelet-version kubelet --version; fi
f kubelet-config /var/lib/kubelet/config.yaml
f kubelet-instance /var/lib/kubelet/instance-config.yaml
f kubelet-env /var/lib/kubelet/kubeadm-flags.env
f kubelet-env /etc/default/kubelet
f kubelet-env /etc/sysconfig/kubelet
p=$(systemctl show kubelet.service -p MainPID --value 2>/dev/null)
if [ -n "$p" ] && [ "$p" != 0 ]; then s kubelet-args sh -c 'tr "\\0" " " < "/proc/$1/cmdline"' sh "$p"; fi
if [ -e /etc/kubernetes/kubelet.conf ]; then s joined echo yes; fi
if [ -e /etc/kubernetes/admin.conf ]; then s control-plane echo yes; fi
if has kubeadm; then
  v=$(timeout 8 kubeadm version -o short 2>/dev/null)
  s kubeadm-version echo "$v"
  if [ -n "$v" ]; then s kubeadm-images kubeadm config images list --kubernetes-version "$v"; fi
fi
s pods sh -c 'cat /proc/[0-9]*/cgroup 2>/dev/null | grep kubepods | cut -d: -f3- | sort -u | head -n 3000'`
