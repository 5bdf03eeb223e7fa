/**
 * Reads all that the checks need in one go: POSIX sh alone (dash, busybox), as root or not, changes nothing, needs no network.
 *
 * What it prints: `section NAME`, each line of it behind `|`, then `end NAME CODE`. A section that could not be read says so by its code, so that
 * "unknown" is never "no": 0 read, 44 no such file, 77 not allowed, 124 took too long, 127 no such program, anything else: it failed.
 *
 * Arguments: the CRI socket that was chosen, or empty; of an etcd outside the cluster the files of authority, certificate and key, each or empty, and its addresses.
 * No backquotes and no braces behind `$`, as this is a template of TypeScript.
 */
export const collectScript = String.raw`
LC_ALL=C
export LC_ALL
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin
export PATH
wanted=$1 etcd_ca=$2 etcd_cert=$3 etcd_key=$4
[ $# -gt 4 ] && shift 4 || shift $#
etcd_addresses=$*

limit() { if command -v timeout >/dev/null 2>&1; then timeout 5 "$@"; else "$@"; fi; }
bars() { while IFS= read -r line || [ -n "$line" ]; do printf '|%s\n' "$line"; done; }
# The code goes through descriptor 3, as that of a pipe is the one of its last command.
section() {
  name=$1
  shift
  printf 'section %s\n' "$name"
  { code=$( { { "$@" 2>/dev/null 3>&-; echo "$?" >&3; } | head -c 131072 | bars >&4; } 3>&1 ); } 4>&1
  printf 'end %s %s\n' "$name" "$code"
}
file() {
  [ -e "$1" ] || { reach "$1"; return $?; }
  [ -r "$1" ] || return 77
  cat "$1"
}
# Whether a path that is not seen is not there, or lies behind a folder that may not be entered.
reach() {
  folder=$1
  while [ "$folder" != / ] && [ "$folder" != . ]; do
    folder=$(dirname "$folder")
    if [ -e "$folder" ]; then
      [ -x "$folder" ] && return 44
      return 77
    fi
  done
  return 44
}
# Whatever of these files there is, each line behind its name.
files() {
  any=44
  for path in "$@"; do
    [ -f "$path" ] || continue
    if [ -r "$path" ]; then [ "$any" = 77 ] || any=0; while IFS= read -r line || [ -n "$line" ]; do case $line in '' | '#'*) ;; *) printf '%s:%s\n' "$path" "$line" ;; esac; done <"$path"; else any=77; fi
  done
  return "$any"
}

sysctls() {
  for key in net.ipv4.ip_forward net.ipv6.conf.default.forwarding net.ipv6.conf.all.forwarding net.bridge.bridge-nf-call-iptables net.bridge.bridge-nf-call-ip6tables \
    fs.inotify.max_user_instances fs.inotify.max_user_watches fs.file-max fs.nr_open kernel.pid_max net.ipv4.ip_local_port_range net.ipv4.ip_local_reserved_ports; do
    path=/proc/sys/$(echo "$key" | tr . /)
    if [ -r "$path" ]; then printf '%s=%s\n' "$key" "$(cat "$path")"; elif [ -e "$path" ]; then printf '%s!\n' "$key"; fi
  done
}
kernel_config() {
  release=$(uname -r)
  for path in /proc/config.gz "/boot/config-$release" "/usr/src/linux-$release/.config" "/usr/lib/modules/$release/config" "/usr/lib/ostree-boot/config-$release" \
    "/usr/lib/kernel/config-$release" "/usr/src/linux-headers-$release/.config" "/lib/modules/$release/build/.config"; do
    [ -e "$path" ] || continue
    [ -r "$path" ] || return 77
    printf '# %s\n' "$path"
    case $path in
      *.gz) gzip -dc "$path" ;;
      *) cat "$path" ;;
    esac | grep -E '^CONFIG_(NAMESPACES|NET_NS|PID_NS|IPC_NS|UTS_NS|CGROUPS|CPUSETS|MEMCG|INET|EXT4_FS|PROC_FS|NETFILTER_XT_TARGET_REDIRECT|IP_NF_TARGET_REDIRECT|NETFILTER_XT_MATCH_COMMENT|FAIR_GROUP_SCHED|OVERLAY_FS|OVERLAYFS_FS|AUFS_FS|BLK_DEV_DM|CFS_BANDWIDTH|SECCOMP|SECCOMP_FILTER|BRIDGE_NETFILTER)='
    return 0
  done
  return 44
}
modules() {
  built=/lib/modules/$(uname -r)/modules.builtin
  for name in overlay br_netfilter; do
    if grep -q "^$name " /proc/modules; then echo "$name loaded"
    elif [ -r "$built" ] && grep -q "/$name\.ko" "$built"; then echo "$name builtin"
    elif [ -d "/sys/module/$name" ]; then echo "$name builtin"
    elif [ "$name" = overlay ] && grep -qw overlay /proc/filesystems; then echo "$name builtin"
    elif [ "$name" = br_netfilter ] && [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ]; then echo "$name builtin"
    elif ! command -v modprobe >/dev/null 2>&1; then echo "$name no-modprobe"
    elif modprobe -n -q "$name" 2>/dev/null; then echo "$name available"
    else echo "$name absent"; fi
  done
}
cgroup() {
  printf 'type %s\n' "$(stat -f -c %T /sys/fs/cgroup)"
  [ -d /sys/fs/cgroup/memory ] && echo 'memory-folder'
  [ -r /sys/fs/cgroup/cgroup.controllers ] && printf 'controllers %s\n' "$(cat /sys/fs/cgroup/cgroup.controllers)"
  for path in /sys/fs/cgroup/*/cgroup.freeze; do [ -e "$path" ] && { echo freezer; break; }; done
  [ -r /proc/cgroups ] && while read -r name hierarchy number enabled; do [ "$enabled" = 1 ] && echo "v1 $name"; done </proc/cgroups
  return 0
}
sockets() {
  for path in /run/containerd/containerd.sock /run/crio/crio.sock /run/cri-dockerd.sock /run/cri-docker.sock /run/docker.sock "$wanted"; do
    [ -n "$path" ] || continue
    [ -S "$path" ] && echo "$path"
  done
  return 0
}
# Each CRI socket asked what it is: as root, as it is nobody else's.
cri() {
  command -v crictl >/dev/null 2>&1 || return 127
  [ "$(id -u)" = 0 ] || return 77
  for path in /run/containerd/containerd.sock /run/crio/crio.sock /run/cri-dockerd.sock /run/cri-docker.sock "$wanted"; do
    [ -n "$path" ] && [ -S "$path" ] || continue
    printf '== %s\n' "$path"
    limit crictl --timeout 4s --runtime-endpoint "unix://$path" --image-endpoint "unix://$path" version 2>&1
    echo '-- info'
    limit crictl --timeout 4s --runtime-endpoint "unix://$path" --image-endpoint "unix://$path" info 2>&1 | grep -iE '"(systemdCgroup|cgroupDriver|sandboxImage|sandbox)"|"(reason|status|type)"'
    echo '-- config'
    limit crictl --timeout 4s --runtime-endpoint "unix://$path" --image-endpoint "unix://$path" runtime-config 2>&1 | head -n 20
  done
}
containerd_config() {
  command -v containerd >/dev/null 2>&1 || return 127
  # The dump holds what is imported as well; it ends with an error where the file may not be read.
  [ ! -e /etc/containerd/config.toml ] || [ -r /etc/containerd/config.toml ] || return 77
  dump=$(limit containerd config dump 2>/dev/null) || return $?
  printf '%s\n' "$dump" | grep -E '^version|^ *disabled_plugins|^ *\[|SystemdCgroup|sandbox'
}
services() {
  command -v systemctl >/dev/null 2>&1 || return 127
  [ -d /run/systemd/system ] || return 44
  # In one call, as each costs a tenth of a second: what it says comes in this order, an empty line between two.
  set -- kubelet containerd crio docker cri-docker firewalld ufw nftables iptables systemd-timesyncd chronyd chrony ntpd ntp ntpsec openntpd systemd-resolved
  echo "$*"
  limit systemctl show -p LoadState -p ActiveState -p UnitFileState -p LimitNOFILESoft "$@"
}
swap_units() {
  command -v systemctl >/dev/null 2>&1 || return 127
  [ -d /run/systemd/system ] || return 44
  # What fstab and generators make is among them; files of units are not listed, as that takes seconds.
  units=$(limit systemctl list-units --type=swap --all --no-legend --no-pager --plain) || return $?
  printf '%s\n' "$units" | while read -r unit rest; do
    [ -n "$unit" ] && printf '%s %s\n' "$unit" "$(limit systemctl show "$unit" -p LoadState -p FragmentPath | tr '\n' ' ')"
  done
  return 0
}
listening() {
  for kind in tcp tcp6 udp udp6; do
    [ -r "/proc/net/$kind" ] || continue
    grep -E '^ *[0-9]+: [0-9A-F]+:[0-9A-F]+ [0-9A-F]+:[0-9A-F]+ (0A|07) ' "/proc/net/$kind" | while read -r a local b c d e f g h inode rest; do echo "$kind $local $inode"; done
  done
  return 0
}
holders() {
  [ "$(id -u)" = 0 ] || return 77
  if command -v ss >/dev/null 2>&1; then limit ss -Hlntup; return $?; fi
  ls -l /proc/[0-9]*/fd 2>/dev/null | grep -E '^/proc/|socket:'
  for path in /proc/[0-9]*/comm; do [ -r "$path" ] && printf 'comm %s %s\n' "$path" "$(cat "$path")"; done
  return 0
}
tools() {
  for name in conntrack socat ethtool crictl tc ip iptables ip6tables mount nsenter losetup cp touch modprobe sysctl swapoff apparmor_parser firewall-cmd ufw nft ipset ipvsadm kubeadm kubelet kubectl containerd crio docker apt-get dnf zypper pacman apk; do
    path=$(command -v "$name" 2>/dev/null) || continue
    # The shell of busybox names what it has built in, and what is there, by name alone.
    case $path in /*) ;; *) for folder in /usr/local/bin /usr/bin /bin /usr/local/sbin /usr/sbin /sbin; do [ -x "$folder/$name" ] && path=$folder/$name; done ;; esac
    echo "$name $path"
  done
  return 0
}
version_of() { command -v "$1" >/dev/null 2>&1 || return 127; limit "$@"; }
network_cards() {
  for path in /sys/class/net/*; do
    name=$(basename "$path")
    [ "$name" = lo ] && continue
    kind=virtual
    [ -e "$path/device" ] && kind=device
    printf '%s %s %s\n' "$name" "$(cat "$path/address" 2>/dev/null)" "$kind"
  done
}
space() {
  for path in / /var/lib/kubelet /var/lib/containerd /var/lib/containers /var/lib/docker /var/lib/etcd /var/log; do
    there=$path
    while [ ! -d "$there" ]; do there=$(dirname "$there"); done
    printf '%s %s\n' "$path" "$(df -Pk "$there" 2>/dev/null | tail -n 1)"
    printf 'inodes %s %s\n' "$path" "$(df -Pi "$there" 2>/dev/null | tail -n 1)"
  done
}
clock() {
  date +%s
  command -v timedatectl >/dev/null 2>&1 && [ -d /run/systemd/system ] && limit timedatectl show -p NTP -p NTPSynchronized
  command -v chronyc >/dev/null 2>&1 && limit chronyc -n tracking | grep -E 'Leap status|System time'
  return 0
}
container() {
  if [ -e /run/systemd/container ]; then cat /run/systemd/container; elif [ -e /.dockerenv ]; then echo docker; elif [ -e /run/.containerenv ]; then echo podman; else echo none; fi
}
rules() {
  [ "$(id -u)" = 0 ] || return 77
  command -v "$1" >/dev/null 2>&1 || return 127
  limit "$@" -S INPUT | head -n 200 && limit "$@" -S FORWARD | head -n 200
}
# Rules of other chains than those that each back end begins with.
rule_count() {
  [ "$(id -u)" = 0 ] || return 77
  for kind in legacy nft; do
    command -v "iptables-$kind-save" >/dev/null 2>&1 || { echo "$kind absent"; continue; }
    # Asking the legacy one would load its module; without the module there is nothing in it.
    # Files of /proc have no size.
    if [ "$kind" = legacy ] && [ -z "$(cat /proc/net/ip_tables_names 2>/dev/null)" ]; then echo "$kind 0"; continue; fi
    printf '%s %s\n' "$kind" "$(limit "iptables-$kind-save" 2>/dev/null | grep -c '^-A')"
  done
}
nft_hooks() {
  [ "$(id -u)" = 0 ] || return 77
  command -v nft >/dev/null 2>&1 || return 127
  limit nft list ruleset | grep -E '^table|^[[:space:]]*chain|hook (input|forward)' | head -n 400
  return 0
}
firewalld() {
  command -v firewall-cmd >/dev/null 2>&1 || return 127
  [ "$(id -u)" = 0 ] || return 77
  state=$(limit firewall-cmd --state 2>&1)
  [ "$?" = 124 ] && return 124
  printf 'state %s\n' "$state"
  # Without its daemon it answers nothing else, each time after half a second.
  [ "$state" = running ] || return 0
  printf 'ports %s\n' "$(limit firewall-cmd --list-ports)"
  printf 'services %s\n' "$(limit firewall-cmd --list-services)"
  printf 'permanent-ports %s\n' "$(limit firewall-cmd --permanent --list-ports)"
  printf 'permanent-services %s\n' "$(limit firewall-cmd --permanent --list-services)"
}
ufw_status() {
  command -v ufw >/dev/null 2>&1 || return 127
  [ "$(id -u)" = 0 ] || return 77
  limit ufw status
}
images() {
  [ "$(id -u)" = 0 ] || return 77
  command -v ctr >/dev/null 2>&1 || return 127
  limit ctr --namespace k8s.io images ls -q | grep -v '@' | head -n 400
}
# Names and passwords in the addresses of proxies are nobody's business: an address may be without a scheme, and a password may have an @.
proxies() {
  { env | sed 's/^/env:/'
    for path in /etc/environment /etc/profile.d/*.sh; do [ -r "$path" ] && sed "s|^|$path:|" "$path"; done
    if command -v systemctl >/dev/null 2>&1 && [ -d /run/systemd/system ]; then
      limit systemctl show-environment | sed 's/^/systemd:/'
      for unit in containerd crio docker kubelet; do limit systemctl show "$unit" -p Environment | sed "s/^/$unit:/"; done
    fi
  } 2>/dev/null | grep -iE '(http|https|no|all)_proxy *=' | sed -e 's|://[^/ ]*@|://***@|g' -e "s|=\([\"']*\)[^:/= ]*:[^/ ]*@|=\1***@|g"
  return 0
}
there() {
  for path in /etc/kubernetes/manifests/kube-apiserver.yaml /etc/kubernetes/manifests/kube-controller-manager.yaml /etc/kubernetes/manifests/kube-scheduler.yaml \
    /etc/kubernetes/manifests/etcd.yaml /etc/kubernetes/kubelet.conf /etc/kubernetes/bootstrap-kubelet.conf /etc/kubernetes/pki/ca.crt /etc/kubernetes/admin.conf; do
    if [ -e "$path" ]; then echo "$path yes"; else reach "$path"; [ "$?" = 77 ] && echo "$path denied" || echo "$path no"; fi
  done
}
folder() {
  [ -e "$1" ] || { reach "$1"; return $?; }
  [ -d "$1" ] || return 20
  [ -r "$1" ] && [ -x "$1" ] || return 77
  ls -A "$1" | head -n 200
}
etcd_files() {
  for path in "$etcd_ca" "$etcd_cert" "$etcd_key"; do
    [ -n "$path" ] || continue
    if [ -r "$path" ]; then echo "yes $path"; elif [ -e "$path" ]; then echo "denied $path"; else reach "$path"; [ "$?" = 77 ] && echo "denied $path" || echo "no $path"; fi
  done
}
# What it says of itself, in one line: kubeadm asks the same.
etcd_versions() {
  [ -n "$etcd_addresses" ] || return 0
  command -v curl >/dev/null 2>&1 || return 127
  set --
  [ -n "$etcd_ca" ] && set -- "$@" --cacert "$etcd_ca"
  [ -n "$etcd_cert" ] && set -- "$@" --cert "$etcd_cert" --key "$etcd_key"
  # All at once: members that are silent cost the time of one.
  {
    place=0
    for address in $etcd_addresses; do
      place=$((place + 1))
      {
        said=$(curl -sS --max-time 5 "$@" "$address/version" 2>&1 | head -c 1000 | tr '\n' ' ')
        printf '%s %s %s\n' "$place" "$address" "$said"
      } &
    done
    wait
  } | sort -n | cut -d ' ' -f 2-
}
resolv() {
  [ -e /etc/resolv.conf ] || return 44
  printf '# link %s\n' "$(readlink -f /etc/resolv.conf 2>/dev/null)"
  cat /etc/resolv.conf
}
resolves() {
  command -v getent >/dev/null 2>&1 || return 127
  limit getent ahosts "$(uname -n)"
}

main() {
  echo 'cove-host-facts 1'
  section user id -u
  section uname uname -s -r -m
  section os-release file /etc/os-release
  section container container
  section init file /proc/1/comm
  section systemd test -d /run/systemd/system
  section kernel-config kernel_config
  section modules modules
  section modules-load files /etc/modules /etc/modules-load.d/*.conf /run/modules-load.d/*.conf /usr/lib/modules-load.d/*.conf
  section sysctl sysctls
  section sysctl-files files /usr/lib/sysctl.d/*.conf /usr/local/lib/sysctl.d/*.conf /run/sysctl.d/*.conf /etc/sysctl.d/*.conf /etc/sysctl.conf
  section swaps file /proc/swaps
  section fstab file /etc/fstab
  section swap-units swap_units
  section kubelet-config file /var/lib/kubelet/config.yaml
  section kubelet-flags files /var/lib/kubelet/kubeadm-flags.env /etc/default/kubelet /etc/sysconfig/kubelet
  section cgroup cgroup
  section sockets sockets
  section cri cri
  section containerd-config containerd_config
  section crio-config files /usr/share/containers/crio.conf /etc/crio/crio.conf /etc/crio/crio.conf.d/*
  section docker-info version_of docker info --format '{{.CgroupDriver}} {{.CgroupVersion}} {{.ServerVersion}}'
  section containerd-version version_of containerd --version
  section crio-version version_of crio --version
  section images images
  section services services
  section listening listening
  section holders holders
  section hostname uname -n
  section hosts file /etc/hosts
  section resolves resolves
  section product-uuid file /sys/class/dmi/id/product_uuid
  section machine-id file /etc/machine-id
  section cards network_cards
  section cpus getconf _NPROCESSORS_ONLN
  section memory grep -E '^(MemTotal|MemAvailable|SwapTotal):' /proc/meminfo
  section space space
  section clock clock
  section selinux file /sys/fs/selinux/enforce
  section selinux-config file /etc/selinux/config
  section apparmor file /sys/module/apparmor/parameters/enabled
  section firewalld firewalld
  section ufw ufw_status
  section iptables-version version_of iptables --version
  section iptables-rules rules iptables
  section iptables-count rule_count
  section nft-hooks nft_hooks
  section tools tools
  section kubeadm-version version_of kubeadm version -o short
  section kubelet-version version_of kubelet --version
  section resolv resolv
  section resolved-upstream file /run/systemd/resolve/resolv.conf
  section proxies proxies
  section routes file /proc/net/route
  section routes6 file /proc/net/ipv6_route
  section addresses version_of ip -o addr
  section there there
  section etcd-dir folder /var/lib/etcd
  section etcd-files etcd_files
  section etcd-versions etcd_versions
  section cni-bin folder /opt/cni/bin
  section cni-conf folder /etc/cni/net.d
  echo done
}
main </dev/null
`
