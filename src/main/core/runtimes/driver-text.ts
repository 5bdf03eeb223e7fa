import { parse } from 'yaml'
import type { CgroupDriver } from '#shared/contract/runtimes.ts'
import { get } from './toml-edit.ts'

/** `cgroupDriver` in a KubeletConfiguration; every other line stays. Null: it is none, or is written in another way than with one key on a line. Pure. */
export function setKubeletDriver(text: string, driver: CgroupDriver): string | null {
  const line = /^cgroupDriver:.*$/m
  const after = line.test(text) ? text.replace(line, `cgroupDriver: ${driver}`) : `${text.replace(/\n?$/, '\n')}cgroupDriver: ${driver}\n`
  try {
    const tree: unknown = parse(text)
    return get(tree, ['kind']) === 'KubeletConfiguration' && get(parse(after), ['cgroupDriver']) === driver ? after : null
  } catch {
    return null
  }
}

/** The deprecated flag in a file of environment variables, where it is there. Pure. */
export function setDriverFlag(text: string, driver: CgroupDriver): string {
  return text.replaceAll(/--cgroup-driver(=|\s+)(?:systemd|cgroupfs)\b/g, `--cgroup-driver$1${driver}`)
}
