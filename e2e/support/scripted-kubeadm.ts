import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Machine, makeMachine } from './cove.ts'

// What kubeadm v1.34.4 says, recorded: the same answers every time, and at once.
const program = `#!/bin/sh
for word; do case "$word" in --config=*|--old-config=*) file=\${word#*=} ;; esac; done
case "$1 $2" in
  'version '*) echo v1.34.4 ;;
  'config validate')
    if grep -q '^fooo:' "$file"; then
      echo 'error: error unmarshaling configuration schema.GroupVersionKind{Group:"kubelet.config.k8s.io", Version:"v1beta1", Kind:"KubeletConfiguration"}: strict decoding error: unknown field "fooo"' >&2
      echo 'To see the stack trace of this error execute with --v=5 or higher' >&2
      exit 1
    fi
    echo ok ;;
  'config migrate')
    printf 'apiServer: {}\\napiVersion: kubeadm.k8s.io/v1beta4\\nclusterName: kubernetes\\nkind: ClusterConfiguration\\nkubernetesVersion: v1.34.4\\n---\\napiVersion: kubeadm.k8s.io/v1beta4\\nbootstrapTokens:\\n- token: egp2u7.97q0qw77x2j0sjt1\\nkind: InitConfiguration\\n' ;;
  *) exit 1 ;;
esac
`

/** A machine with a kubeadm that reads configuration files, and does nothing else. */
export async function makeKubeadmMachine(): Promise<Machine> {
  const machine = await makeMachine({ programs: {} })
  await writeFile(join(machine.home, 'programs', 'kubeadm'), program, { mode: 0o755 })
  return machine
}
