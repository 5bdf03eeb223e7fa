import { expect, test } from 'vitest'
import type { Kube } from '../runtimes/kube.ts'
import { hasMember } from './etcd-member.ts'

// As `etcdctl member list` of 3.6 prints them.
const of = (...lines: string[]) => ({ exitCode: 0, stdout: `${lines.join('\n')}\n` })
const other = '8211f1d0f64f3269, started, control, https://10.0.0.5:2380, https://10.0.0.5:2379, false'
const own = (name: string, address: string) => `91bc3c398fb3c146, started, ${name}, https://${address}:2380, https://${address}:2379, false`

test.each<[string, { exitCode: number; stdout: string }, string | null, boolean]>([
  ['by its name', of(other, own('host-1', '10.0.0.9')), '10.0.0.7', true],
  ['one that never started, by its address', of(other, own('', '10.0.0.7')), '10.0.0.7', true],
  ['by an address of IPv6', of(other, own('', '[fd00::7]')), 'fd00::7', true],
  ['it is gone', of(other), '10.0.0.7', false],
  ['one of a longer name is another', of(other, own('host-11', '10.0.0.77')), '10.0.0.7', false],
  ['where its address is not known, no empty name is its own', of(other, own('', '10.0.0.7')), null, false],
  ['nobody can tell', { exitCode: 1, stdout: '' }, '10.0.0.7', true],
])('etcd has a member of the node: %s', async (_, answer, address, expected) => {
  const asked: string[] = []
  const run = async (args: readonly string[]) => {
    asked.push(args.join(' '))
    return answer
  }
  const advertise = address === null ? null : { address, port: 6443 }
  expect(await hasMember({ run } as unknown as Kube, 'control', { name: 'host-1', advertise }, new AbortController().signal)).toBe(expected)
  expect(asked).toEqual([expect.stringMatching(/^exec --namespace=kube-system etcd-control -- etcdctl .* member list$/)])
})
