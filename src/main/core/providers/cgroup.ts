import { lt } from 'semver'

/** True where this version of Kubernetes cannot start on that cgroup version: the kubelet refuses v1 from 1.35 on (`failCgroupV1`). Null (of either): not known, so not refused. */
export function needsCgroupV2(version: string | null, cgroupVersion: '1' | '2' | null): boolean {
  return cgroupVersion === '1' && version !== null && !lt(version, '1.35.0-0')
}
