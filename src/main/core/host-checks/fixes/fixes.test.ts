import { expect, test } from 'vitest'
import type { HostStep } from '#shared/contract/host-changes.ts'
import type { CheckId } from '../catalog.ts'
import { all, also, type Edit, groundOf, recorded, section, service, swap } from '../fixtures/ground.ts'
import { evaluate } from '../rules/index.ts'
import { filesFor, stepsFor } from './index.ts'

type More = Parameters<typeof groundOf>[1]
type Texts = Readonly<Record<string, string>>

function planned(
  edit: Edit,
  ids: readonly CheckId[],
  texts: Texts = {},
  more?: More,
  record: Parameters<typeof recorded>[0] = 'bare-host',
) {
  const ground = groundOf(edit(recorded(record)), more)
  for (const finding of evaluate(ground, ids)) expect(['problem', 'warning'], finding.id).toContain(finding.result)
  const asked = filesFor(ground, ids)
  return stepsFor(
    ground,
    (path) => {
      expect(asked).toContain(path)
      return texts[path] ?? null
    },
    ids,
  )
}
const done = (steps: readonly HostStep[]) =>
  steps.flatMap(({ actions }) =>
    actions.map((action) => (action.kind === 'file' ? `${action.path}\n${action.after}` : action.argv.join(' '))),
  )
const undone = (steps: readonly HostStep[]) =>
  steps.flatMap(({ actions }) => actions.flatMap((action) => (action.kind === 'command' ? [action.undo?.join(' ') ?? null] : [])))

const same: Edit = (text) => text
const loadable = swap('|overlay builtin\n|br_netfilter builtin', '|overlay available\n|br_netfilter loaded')
const kept = '/etc/sysctl.d/k8s.conf'

test('modules: those that this kernel can load, now and at boot', () => {
  const steps = planned(loadable, ['module-overlay', 'modules-persistent'], { '/etc/modules-load.d/k8s.conf': 'nf_conntrack' })
  expect(done(steps)).toEqual(['/etc/modules-load.d/k8s.conf\nnf_conntrack\noverlay\nbr_netfilter\n', 'modprobe overlay'])
  expect(undone(steps)).toEqual(['modprobe -r overlay'])
  expect(planned(swap('|overlay builtin', '|overlay absent'), ['module-overlay'])).toEqual([])
  // Settings of bridges are not there without their module: a file alone would put nothing right.
  const without = all(swap('|br_netfilter builtin', '|br_netfilter available'), swap(/^\|net\.bridge\..*\n/gm, ''))
  expect(done(planned(without, ['sysctl-bridge-iptables']))).toEqual([
    '/etc/modules-load.d/k8s.conf\nbr_netfilter\n',
    'modprobe br_netfilter',
    `${kept}\nnet.bridge.bridge-nf-call-iptables = 1\n`,
  ])
  // A kernel that has no such module cannot be given them by a file either.
  const never = all(swap('|br_netfilter builtin', '|br_netfilter absent'), swap(/^\|net\.bridge\..*\n/gm, ''))
  expect(planned(never, ['sysctl-bridge-iptables', 'sysctl-bridge-ip6tables'])).toEqual([])
  expect(done(planned(never, ['sysctl-persistent'])).join('\n')).not.toContain('net.bridge')
  const off = all(swap('|br_netfilter builtin', '|br_netfilter loaded'), swap('call-iptables=1', 'call-iptables=0'))
  expect(done(planned(off, ['sysctl-bridge-iptables']))).toEqual([
    `${kept}\nnet.bridge.bridge-nf-call-iptables = 1\n`,
    'sysctl -w net.bridge.bridge-nf-call-iptables=1',
  ])
})

test('kernel settings: only what is not so already, and back to what it was', () => {
  const off = swap('net.ipv4.ip_forward=1', 'net.ipv4.ip_forward=0')
  const steps = planned(off, ['sysctl-ip-forward'], { [kept]: '# mine\nvm.swappiness = 1\nnet.ipv4.ip_forward=0\n' })
  expect(done(steps)).toEqual([`${kept}\n# mine\nvm.swappiness = 1\nnet.ipv4.ip_forward = 1\n`, 'sysctl -w net.ipv4.ip_forward=1'])
  expect(undone(steps)).toEqual(['sysctl -w net.ipv4.ip_forward=0'])
})

test('kernel settings: a file that is read later and says otherwise is corrected', () => {
  const contrary = also('sysctl-files', '/etc/sysctl.conf:net.ipv4.ip_forward=0')
  const steps = planned(contrary, ['sysctl-persistent'], { '/etc/sysctl.conf': '# all mine\nnet.ipv4.ip_forward=0\n' })
  const [file, other] = done(steps)
  expect(file).toBe(`${kept}\nnet.ipv4.ip_forward = 1\nnet.bridge.bridge-nf-call-iptables = 1\nnet.bridge.bridge-nf-call-ip6tables = 1\n`)
  expect(other).toBe('/etc/sysctl.conf\n# all mine\n#net.ipv4.ip_forward=0\n')
})

test('limits go into the same file', () => {
  expect(done(planned(same, ['inotify-instances']))).toEqual([
    `${kept}\nfs.inotify.max_user_instances = 512\n`,
    'sysctl -w fs.inotify.max_user_instances=512',
  ])
  const range = swap('ip_local_port_range=32768\t60999', 'ip_local_port_range=1024\t60999')
  const steps = planned(range, ['ports-node'])
  expect(done(steps)[1]).toBe('sysctl -w net.ipv4.ip_local_port_range=32768 60999')
  expect(undone(steps)).toEqual(['sysctl -w net.ipv4.ip_local_port_range=1024 60999'])
})

test('swap: off now, and its lines out of fstab; a unit that nobody wrote down is masked', () => {
  const fstab = 'UUID=1 / ext4 defaults 0 1\nUUID=2 none swap sw 0 0\n'
  const on = all(also('swaps', '/dev/sda3 partition 2097148 0 -2'), also('fstab', 'UUID=2 none swap sw 0 0'))
  const steps = planned(on, ['swap', 'swap-persistent'], { '/etc/fstab': fstab })
  const file = '/etc/fstab\nUUID=1 / ext4 defaults 0 1\n#UUID=2 none swap sw 0 0\n'
  expect(done(steps)).toEqual(['swapoff -a', file, 'systemctl daemon-reload'])
  expect(undone(steps)).toEqual(['swapon /dev/sda3', 'systemctl daemon-reload'])
  const withoutSystemd = all(on, section('systemd', [], 1))
  expect(done(planned(withoutSystemd, ['swap-persistent'], { '/etc/fstab': fstab }))).toEqual([file])
  const unit = (file: string) =>
    done(planned(also('swap-units', `dev-zram0.swap LoadState=loaded FragmentPath=${file}`), ['swap-persistent'], { '/etc/fstab': '' }))
  expect(unit('/run/systemd/generator/dev-zram0.swap')).toEqual(['systemctl mask dev-zram0.swap'])
  expect(unit('/etc/systemd/system/dev-zram0.swap')).toEqual(['systemctl disable dev-zram0.swap'])
})

test('services: enabled and started, and afterwards just as they were', () => {
  const unit = (name: string, words: string) => service(name, `LoadState=loaded ${words}`)
  const stopped = planned(unit('containerd', 'ActiveState=inactive UnitFileState=disabled'), ['runtime-service'])
  expect(done(stopped)).toEqual(['systemctl enable containerd', 'systemctl start containerd'])
  expect(undone(stopped)).toEqual(['systemctl disable containerd', 'systemctl stop containerd'])
  expect(done(planned(unit('kubelet', 'ActiveState=inactive UnitFileState=disabled'), ['kubelet-service']))).toEqual([
    'systemctl enable kubelet',
  ])
  const time = all(section('container', ['none']), unit('chrony', 'ActiveState=inactive UnitFileState=enabled'))
  expect(done(planned(time, ['time-sync']))).toEqual(['systemctl start chrony'])
  expect(planned(section('container', ['none']), ['time-sync'])).toEqual([])
})

test('its own name goes to the end of /etc/hosts', () => {
  const steps = planned(all(section('resolves', [], 2), section('hosts', [])), ['hostname-resolves'], {
    '/etc/hosts': '127.0.0.1 localhost',
  })
  expect(done(steps)[0]).toMatch(/^\/etc\/hosts\n127\.0\.0\.1 localhost\n172\.18\.0\.\d+ h1\n$/)
})

test('SELinux stays as it was in the file where it already is permissive there', () => {
  const enforcing = section('selinux', ['1'])
  const config = '# x\nSELINUX=enforcing\nSELINUXTYPE=targeted\n'
  expect(done(planned(enforcing, ['selinux'], { '/etc/selinux/config': config }))).toEqual([
    'setenforce 0',
    '/etc/selinux/config\n# x\nSELINUX=permissive\nSELINUXTYPE=targeted\n',
  ])
  expect(done(planned(enforcing, ['selinux'], { '/etc/selinux/config': 'SELINUX=permissive\n' }))).toEqual(['setenforce 0'])
})

test('firewalls open just what is closed', () => {
  const firewalld = section('firewalld', [
    'state running',
    'ports 6443/tcp 10250/tcp',
    'services ssh',
    'permanent-ports 6443/tcp 10250/tcp',
  ])
  const steps = planned(firewalld, ['firewall-firewalld'])
  expect(done(steps)).toEqual(['firewall-cmd --add-port=2379-2380/tcp', 'firewall-cmd --permanent --add-port=2379-2380/tcp'])
  expect(undone(steps)).toEqual(['firewall-cmd --remove-port=2379-2380/tcp', 'firewall-cmd --permanent --remove-port=2379-2380/tcp'])
  // What is open already, now or after a reload, stays so after an undo; a range that is open in part is opened in its other parts.
  const partly = (...lines: string[]) => undone(planned(section('firewalld', ['state running', ...lines]), ['firewall-firewalld']))
  expect(partly('ports 6443/tcp 10250/tcp', 'services ssh', 'permanent-ports 2379-2380/tcp', 'permanent-services kubelet')).toEqual([
    'firewall-cmd --remove-port=2379-2380/tcp',
    'firewall-cmd --permanent --remove-port=6443/tcp',
  ])
  expect(partly('ports 6443/tcp 2380/tcp', 'services kubelet', 'permanent-ports ', 'permanent-services kube-control-plane')).toEqual([
    'firewall-cmd --remove-port=2379/tcp',
  ])
  const ufw = planned(section('ufw', ['Status: active', '10250/tcp ALLOW Anywhere']), ['firewall-ufw'], {}, { intent: { role: 'worker' } })
  expect(done(ufw)).toEqual(['ufw allow 30000:32767/tcp'])
  expect(undone(ufw)).toEqual(['ufw delete allow 30000:32767/tcp'])
  expect(done(planned(swap('-P FORWARD ACCEPT', '-P FORWARD DROP'), ['forward-policy']))).toEqual(['iptables -P FORWARD ACCEPT'])
  // What somebody's own chain of nftables drops is theirs.
  const chain = section('nft-hooks', ['table inet mine {', 'chain forward {', 'type filter hook forward priority 0; policy drop;'])
  expect(planned(chain, ['forward-policy'])).toEqual([])
})

test('a proxy that is set for everybody leaves out what is near; one with a password is not copied', () => {
  const environment = 'PATH="/bin"\nHTTPS_PROXY="http://p:3128"\nNO_PROXY="localhost"\n'
  const proxied = section('proxies', ['/etc/environment:HTTPS_PROXY="http://p:3128"', '/etc/environment:NO_PROXY="localhost"'])
  const value = 'localhost,10.244.0.0/16,10.96.0.0/12'
  expect(done(planned(proxied, ['proxy-subnets'], { '/etc/environment': environment }))).toEqual([
    `/etc/environment\nPATH="/bin"\nHTTPS_PROXY="http://p:3128"\nNO_PROXY="${value}"\nno_proxy="${value}"\n`,
  ])
  expect(planned(section('proxies', ['env:HTTPS_PROXY=http://p:3128']), ['proxy-subnets'], { '/etc/environment': environment })).toEqual([])
  const dropIn = '/etc/systemd/system/containerd.service.d/http-proxy.conf'
  expect(done(planned(proxied, ['proxy-runtime']))).toEqual([
    `${dropIn}\n[Service]\nEnvironment="HTTPS_PROXY=http://p:3128"\nEnvironment="NO_PROXY=localhost"\n`,
    'systemctl daemon-reload',
    'systemctl restart containerd',
  ])
  expect(planned(section('proxies', ['env:HTTPS_PROXY=http://***@p:3128']), ['proxy-runtime'])).toEqual([])
  const mine = '[Service]\nLimitNOFILE=4096\n'
  expect(done(planned(section('proxies', ['env:HTTPS_PROXY=http://p:3128/%7E']), ['proxy-runtime'], { [dropIn]: mine }))[0]).toBe(
    `${dropIn}\n${mine}[Service]\nEnvironment="HTTPS_PROXY=http://p:3128/%%7E"\n`,
  )
})

test('the kubelet is given the servers behind the stub', () => {
  const loop = all(
    section('resolv', ['# link /etc/resolv.conf', 'nameserver 127.0.0.53']),
    section('resolved-upstream', ['nameserver 9.9.9.9']),
    section('kubelet-config', ['resolvConf: /etc/resolv.conf']),
  )
  const steps = planned(loop, ['dns-loop'], { '/var/lib/kubelet/config.yaml': 'a: 1\nresolvConf: /etc/resolv.conf\n' })
  expect(done(steps)).toEqual([
    '/var/lib/kubelet/config.yaml\na: 1\nresolvConf: /run/systemd/resolve/resolv.conf\n',
    'systemctl restart kubelet',
  ])
  expect(planned(section('resolv', ['# link x', 'nameserver 127.0.0.53']), ['dns-loop'])).toEqual([])
})

test.each([
  [
    'apt-get',
    'apt-get update; env DEBIAN_FRONTEND=noninteractive apt-get -y -o Dpkg::Options::=--force-confold install --no-install-recommends conntrack',
  ],
  ['dnf', 'dnf -y install conntrack-tools'],
  ['zypper', 'zypper --non-interactive install conntrack-tools'],
  ['pacman', 'pacman -S --noconfirm --needed conntrack-tools'],
  ['apk', 'apk add conntrack-tools'],
])('%s installs a program by the package that brings it', (manager, command) => {
  const edit = all(swap(/^\|conntrack .*\n/m, ''), swap('|apt-get /usr/bin/apt-get', `|${manager} /usr/bin/${manager}`))
  const steps = planned(edit, ['tool-conntrack'])
  expect(done(steps).join('; ')).toBe(command)
  expect(undone(steps).at(-1)).toContain('conntrack')
})

test('what the system stands on is never taken away again, and what no distribution ships is not promised', () => {
  expect(undone(planned(swap(/^\|mount .*\n/m, ''), ['tool-mount'])).at(-1)).toBeNull()
  expect(planned(same, ['tool-crictl'])).toEqual([])
  expect(planned(all(swap(/^\|socat .*\n/m, ''), swap('|apt-get /usr/bin/apt-get\n', '')), ['tool-socat'])).toEqual([])
})
