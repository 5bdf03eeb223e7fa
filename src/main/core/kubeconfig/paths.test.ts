import { describe, expect, it } from 'vitest'
import { kubeconfigPaths } from './paths.ts'

describe('which files', () => {
  it('KUBECONFIG in order, each once, empty entries left out; else the home folder', () => {
    expect(kubeconfigPaths({ KUBECONFIG: '/a:/b b/配置::/a:' }, '/home/li', 'linux')).toEqual(['/a', '/b b/配置'])
    for (const env of [{}, { KUBECONFIG: '' }, { KUBECONFIG: ':' }])
      expect(kubeconfigPaths(env, '/home/李', 'darwin')).toEqual(['/home/李/.kube/config'])
    expect(kubeconfigPaths({ KUBECONFIG: 'rel/config' }, '/h', 'linux')).toEqual([`${process.cwd()}/rel/config`])
  })

  it('on Windows a list has semicolons, and drives keep their colon', () => {
    expect(kubeconfigPaths({ KUBECONFIG: 'C:\\Users\\li\\.kube\\config;D:\\k' }, 'C:\\Users\\li', 'win32')).toEqual([
      'C:\\Users\\li\\.kube\\config',
      'D:\\k',
    ])
    expect(kubeconfigPaths({}, 'C:\\Users\\li', 'win32')).toEqual(['C:\\Users\\li\\.kube\\config'])
  })
})
