import { join } from 'node:path'
import type {
  KubeadmFacts,
  KubeadmFile,
  KubeadmMigration,
  KubeadmPurpose,
  KubeadmVerdict,
} from '#shared/contract/kubeadm-config-procedures.ts'
import type { KubeadmVersion } from '#shared/contract/kubeadm-config.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import type { Changes } from '../../changes.ts'
import { createNamedDocuments, type NamedDocuments } from '../../document/named-documents.ts'
import { AppError } from '../../error.ts'
import type { Targets } from '../../targets/types.ts'
import { readFacts } from './facts.ts'
import { mended } from './migrate.ts'
import { ownDefaults, usualVersion } from './own-defaults.ts'
import { kubeadmOf, kubeadmVersion } from './program.ts'
import { summaryOf } from './saved-file.ts'
import { readVerdict } from './verdict.ts'
import { printArgs, withoutExamples } from './whole-defaults.ts'

type Wish = {
  readonly target: TargetId
  readonly purpose: KubeadmPurpose
  readonly version: KubeadmVersion | null
  readonly whole: boolean
}

export type KubeadmConfig = {
  /** Takes some seconds: it looks at all runtimes. */
  facts(target: TargetId, signal?: AbortSignal): Promise<KubeadmFacts>
  /** Never fails for want of kubeadm: then it is Cove's own short file. Throws where the machine cannot be reached. */
  defaults(
    wish: Wish,
    signal?: AbortSignal,
  ): Promise<{ readonly text: string; readonly source: 'kubeadm' | 'cove'; readonly version: string | null }>
  /** Throws `tool-absent`. */
  validate(target: TargetId, text: string, signal?: AbortSignal): Promise<KubeadmVerdict>
  /** Throws `tool-absent`, `kubeadm-refused`. */
  migrate(target: TargetId, text: string, signal?: AbortSignal): Promise<KubeadmMigration>
  readonly files: NamedDocuments<Pick<KubeadmFile, 'kinds' | 'apiVersion'>>
}

/** Configuration files for kubeadm: what to begin with, what the kubeadm of a machine says of one, and those that are kept, in `<dataDir>/kubeadm`. */
export function createKubeadmConfig({
  targets,
  dataDir,
  changes,
}: {
  readonly targets: Pick<Targets, 'get'>
  readonly dataDir: string
  readonly changes: Changes
}): KubeadmConfig {
  return {
    facts: async (id, signal) => readFacts(await targets.get(id), signal),
    defaults: async ({ target: id, purpose, version, whole }, signal) => {
      const target = await targets.get(id)
      const kubeadm = await kubeadmVersion(target, signal)
      const own = usualVersion(kubeadm)
      if (whole && kubeadm !== null && (version ?? own) === own) {
        const printed = await (await kubeadmOf(target, signal)).config(printArgs[purpose], signal)
        // Older ones cannot print those of upgrade and reset.
        if (printed.exitCode === 0) return { text: withoutExamples(printed.stdout), source: 'kubeadm', version: kubeadm }
      }
      return { text: ownDefaults(purpose, version ?? own, kubeadm), source: 'cove', version: kubeadm }
    },
    validate: async (id, text, signal) => {
      const kubeadm = await kubeadmOf(await targets.get(id), signal)
      const result = await kubeadm.withFile(text, (file) => ['validate', `--config=${file}`], signal)
      return { version: kubeadm.version, ok: result.exitCode === 0, said: readVerdict(text, result.stderr), commandId: result.id }
    },
    migrate: async (id, text, signal) => {
      const kubeadm = await kubeadmOf(await targets.get(id), signal)
      const result = await kubeadm.withFile(text, (file) => ['migrate', `--old-config=${file}`], signal)
      if (result.exitCode !== 0) {
        const said = readVerdict(text, result.stderr).find((one) => one.severity === 'error')
        throw new AppError('kubeadm-refused', { reason: said?.message ?? `exit code ${result.exitCode}` }, { commandId: result.id })
      }
      return { version: kubeadm.version, ...mended(text, result.stdout), commandId: result.id }
    },
    files: createNamedDocuments({
      folder: join(dataDir, 'kubeadm'),
      what: 'document',
      heading: '# Cove kubeadm configuration: ',
      summaryOf,
      taken: 'document-name-taken',
      changed: () => changes.emit('kubeadm-files'),
    }),
  }
}
