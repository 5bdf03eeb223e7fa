import { evidence, type Rules } from '../rule.ts'

export const securityRules: Rules<'selinux' | 'apparmor'> = {
  selinux: ({ facts }) => {
    const kept = /^SELINUX=(\w+)/m.exec(facts.selinuxConfig ?? '')?.[1]
    const shown = [
      evidence('/sys/fs/selinux/enforce', facts.selinux),
      ...(kept === undefined ? [] : [evidence('/etc/selinux/config', `SELINUX=${kept}`)]),
    ]
    return { variant: facts.selinux, evidence: shown }
  },
  apparmor: ({ facts }) => {
    if (!facts.apparmor) return { variant: 'off' }
    const parser = facts.tools.get('apparmor_parser')
    const shown = {
      evidence: [evidence('/sys/module/apparmor/parameters/enabled', 'Y'), ...(parser === undefined ? [] : [evidence('PATH', parser)])],
    }
    return { variant: parser === undefined ? 'no-parser' : 'ok', ...shown }
  },
}
