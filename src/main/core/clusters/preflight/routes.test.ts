import { expect, test } from 'vitest'
import { parseNetstat, parseRoutes4, parseRoutes6 } from './routes.ts'

test('/proc/net/route, without the default route', () => {
  const text = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	010200C0	0003	0	0	0	00000000	0	0	0
docker0	000011AC	00000000	0001	0	0	0	0000FFFF	0	0	0
eth0	000200C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
tun0	0000000A	0100080A	0003	0	0	0	000000FF	0	0	0
`
  expect(parseRoutes4(text)).toEqual([
    { subnet: '172.17.0.0/16', device: 'docker0' },
    { subnet: '192.0.2.0/24', device: 'eth0' },
    { subnet: '10.0.0.0/8', device: 'tun0' },
  ])
  expect(parseRoutes4('')).toEqual([])
})

test('/proc/net/ipv6_route: each network once, nothing that is this machine’s alone', () => {
  const none = '00000000000000000000000000000000 00 00000000000000000000000000000000'
  const text = `fc00f8530ccde7930000000000000000 40 ${none} 00000100 00000001 00000000 00000001 br-70440e5bd5bc
fc00f8530ccde7930000000000000000 40 ${none} 00000400 00000001 00000000 00000001 br-70440e5bd5bc
fd000000000000000000000000000000 40 ${none} 00000100 00000002 00000000 00000001     eth0
fe800000000000000000000000000000 40 ${none} 00000100 00000002 00000000 00000001     eth0
00000000000000000000000000000000 00 ${none} ffffffff 00000001 00000000 00200200       lo
00000000000000000000000000000001 80 ${none} 00000000 00000002 00000000 80200001       lo
ff000000000000000000000000000000 08 ${none} 00000100 00000003 00000000 00000001     eth0
`
  expect(parseRoutes6(text)).toEqual([
    { subnet: 'fc00:f853:0ccd:e793:0000:0000:0000:0000/64', device: 'br-70440e5bd5bc' },
    { subnet: 'fd00:0000:0000:0000:0000:0000:0000:0000/64', device: 'eth0' },
  ])
})

test('netstat -rn of macOS, where zeros at the end are left out', () => {
  const text = `Routing tables

Internet:
Destination        Gateway            Flags               Netif Expire
default            192.168.1.1        UGScg                 en0
10.8/16            10.8.0.5           UGSc                utun3
127                127.0.0.1          UCS                   lo0
127.0.0.1          127.0.0.1          UH                    lo0
169.254            link#12            UCS                   en0      !
172.16             link#20            UCS               bridge100      !
192.168.1          link#12            UCS                   en0      !
192.168.1.23/32    link#12            UCS                   en0      !
192.168.64.0/20    link#21            UC                bridge101      !
224.0.0/4          link#12            UmCS                  en0      !

Internet6:
Destination                             Gateway                                 Flags               Netif Expire
default                                 fe80::%utun0                            UGcIg               utun0
::1                                     ::1                                     UHL                   lo0
fd7a:115c:a1e0::/48                     fe80::1%utun3                           Uc                  utun3
fe80::%en0/64                           link#12                                 UCI                   en0
ff00::/8                                ::1                                     UmCI                  lo0
`
  expect(parseNetstat(text)).toEqual([
    { subnet: '10.8.0.0/16', device: 'utun3' },
    { subnet: '172.16.0.0/16', device: 'bridge100' },
    { subnet: '192.168.1.0/24', device: 'en0' },
    { subnet: '192.168.64.0/20', device: 'bridge101' },
    { subnet: 'fd7a:115c:a1e0::/48', device: 'utun3' },
  ])
})
