import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'

// One offending import per row of ARCHITECTURE.md's table: each must be caught, or the rule is only written down.
const root = resolve(import.meta.dirname, '..')
const offences = [
  ['src/shared/contract/bad.ts', `import 'node:fs'`],
  ['src/shared/contract/bad-up.ts', `import '../../main/core/app.ts'`],
  ['src/main/core/bad-electron.ts', `import 'electron'`],
  ['src/main/core/bad-store.ts', `import 'electron-store'`],
  ['src/main/core/bad-ws.ts', `import 'ws'`],
  ['src/main/core/bad-react.ts', `import 'react'`],
  ['src/main/core/bad-host.ts', `import '../web/index.ts'`],
  ['src/main/core/clusters/bad-spawn.ts', `import 'execa'`],
  ['src/main/core/clusters/bad-child.ts', `import 'node:child_process'`],
  ['src/main/core/exec/bad-domain.ts', `import '../clusters/clusters.ts'`],
  ['src/main/core/jobs/bad-domain.ts', `import '../toolchain/toolchain.ts'`],
  ['src/main/core/jobs/bad-spawn.ts', `import 'execa'`],
  ['src/main/core/providers/kind/bad-sibling.ts', `import '../minikube/index.ts'`],
  ['src/main/core/providers/kind/bad-up.ts', `import '../../clusters/clusters.ts'`],
  ['src/main/core/logs/bad-up.ts', `import '../clusters/clusters.ts'`],
  ['src/main/web/bad-electron.ts', `import 'electron'`],
  ['src/main/web/bad-host.ts', `import '../electron/index.ts'`],
  ['src/main/web/bad-spawn.ts', `import 'execa'`],
  ['src/main/electron/bad-ws.ts', `import 'ws'`],
  ['src/main/electron/bad-renderer.ts', `import '../../renderer/app.tsx'`],
  ['src/preload/bad.ts', `import 'node:fs'`],
  ['src/renderer/bad-core.ts', `import type { App } from '#core/app.ts'`],
  ['src/renderer/bad-main.ts', `import type { App } from '../main/core/app.ts'`],
  ['src/renderer/bad-node.ts', `import 'node:path'`],
  ['src/renderer/bad-electron.ts', `import 'electron'`],
  ['src/renderer/bad-zod.ts', `import { z } from 'zod'`],
  ['src/renderer/bad-schema.ts', `import { jobSchema } from '#shared/contract/jobs.ts'`],
  ['src/renderer/bad-error-schema.ts', `import { appErrorSchema } from '#shared/messages/error.ts'`],
  ['src/renderer/ui/bad-feature.tsx', `import '../features/clusters/clusters-page.tsx'`],
  ['src/renderer/ui/bad-api.tsx', `import '../api/client.ts'`],
  ['src/renderer/ui/bad-contract.tsx', `import '#shared/contract/index.ts'`],
  ['src/renderer/bad-html.tsx', `export const Bad = () => <p dangerouslySetInnerHTML={{ __html: '' }} />`],
] as const

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cove-lint-'))
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  await symlink(join(root, 'oxlint.config.ts'), join(folder, 'oxlint.config.ts'))
  for (const [path, source] of offences) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), `${source}\n`)
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('each row of the import table is enforced', async () => {
  const oxlint = join(root, 'node_modules/oxlint/bin/oxlint')
  const { stdout } = await execa({ cwd: folder, reject: false })`${process.execPath} ${oxlint} -c oxlint.config.ts -f json src`
  const report = JSON.parse(stdout) as { diagnostics: { filename: string; code: string }[] }
  const caught = new Set(report.diagnostics.filter((d) => /no-restricted-imports|no-danger/.test(d.code)).map((d) => d.filename))
  expect(offences.map(([path]) => path).filter((path) => !caught.has(path))).toEqual([])
})
