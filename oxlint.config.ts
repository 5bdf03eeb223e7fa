import { defineConfig, type DummyRuleMap } from 'oxlint'

// Who may import whom (ARCHITECTURE.md), one rule per row. The last matching override wins whole, so a nested row repeats its parent's bans.
// Patterns are Rust regular expressions (no lookahead), or gitignore-like groups where something is to be let through.
type Ban = { regex: string; message: string; allowTypeImports?: true } | { group: string[]; message: string }

const electron: Ban = { regex: '^electron($|[-/])', message: 'electron belongs to main/electron and preload.' }
const server: Ban = { regex: '^(ws|@orpc/server/(ws|message-port|node|fetch))$', message: 'Sockets and servers belong to the hosts.' }
const react: Ban = {
  regex: '^(react|react-dom|@base-ui|@tanstack|lucide-react|cmdk)($|/)',
  message: 'React belongs to the renderer.',
}
const spawning: Ban = { regex: '^(execa|node:child_process|child_process)$', message: 'core/exec is the only place that spawns.' }
const node: Ban = { regex: '^(node:|fs$|path$|os$|child_process$)', message: 'The renderer has no Node.' }
const toCore: Ban = { regex: '^#core/|/main/', message: 'The renderer and shared never import main, not even types.' }
const schemas: Ban = {
  regex: '^zod($|/)|^(#shared|(\\.\\./)+shared)/(zod\\.ts|messages/error\\.ts|contract/)',
  allowTypeImports: true,
  message: 'The renderer takes only types from the contract: its schemas would bring zod into the first paint.',
}
const toRenderer: Ban = { regex: '/renderer/', message: 'main never imports the renderer.' }
const toHosts: Ban = { regex: '^(\\.\\./)+(electron|web)/', message: 'core knows no host.' }
const otherProvider: Ban = {
  regex: '^(\\.\\./(kind|minikube|kubeadm|external)/|#core/providers/)',
  message: 'A provider never imports another provider.',
}
const anyDomain: Ban = {
  regex: '^(\\.\\./|#core/)(toolchain|engines|providers|clusters|kubeconfig|workloads|logs|host)/',
  message: 'exec and jobs know no domain.',
}
const onlyClusters: Ban = {
  regex: '^(\\.\\./|\\.\\./\\.\\./|#core/)(clusters)/',
  message: 'Only app.ts knows clusters and the rest at once.',
}

const restrict = (bans: readonly Ban[]) => ({ 'no-restricted-imports': ['error', { patterns: [...bans] }] }) satisfies DummyRuleMap
const core = [electron, server, react, toHosts, toRenderer]

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'import', 'promise', 'react', 'oxc'],
  categories: { correctness: 'error' },
  ignorePatterns: ['out/**', 'dist/**', 'e2e/real-cluster/**', 'e2e/real-electron/**'],
  rules: {
    'no-eval': 'error',
    'no-new-func': 'error',
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': ['error', { checksVoidReturn: { attributes: false, arguments: false } }],
    'typescript/no-implied-eval': 'error',
    'typescript/unbound-method': 'off',
    'react/no-danger': 'error',
    'no-restricted-globals': ['error', 'alert', 'confirm', 'prompt'],
    'no-restricted-imports': ['error', { patterns: [spawning] }],
  },
  overrides: [
    { files: ['*.config.ts', 'src/renderer/**/vite-env.d.ts'], rules: { 'import/no-default-export': 'off' } },
    {
      files: ['src/shared/**'],
      rules: restrict([
        { regex: '/(main|renderer|preload)/', message: 'shared imports nothing of its users.' },
        {
          group: ['*', '!zod', '!@orpc', '!@orpc/contract', '!./**', '!../**'],
          message: 'shared imports zod and the contract library only.',
        },
      ]),
    },
    { files: ['src/main/core/**'], rules: restrict([...core, spawning]) },
    { files: ['src/main/core/exec/**', 'src/main/core/jobs/**'], rules: restrict([...core, anyDomain]) },
    { files: ['src/main/core/jobs/**'], rules: restrict([...core, spawning, anyDomain]) },
    { files: ['src/main/core/providers/**'], rules: restrict([...core, spawning, otherProvider, onlyClusters]) },
    {
      files: ['src/main/core/{toolchain,engines,kubeconfig,workloads,logs,settings}/**'],
      rules: restrict([...core, spawning, onlyClusters]),
    },
    {
      files: ['src/main/electron/**'],
      rules: restrict([{ regex: '^ws$', message: 'No sockets in the Electron host.' }, react, toRenderer, spawning]),
    },
    {
      files: ['src/main/web/**'],
      rules: restrict([electron, react, toRenderer, spawning, { regex: '/electron/', message: 'One host never imports the other.' }]),
    },
    {
      files: ['src/preload/**'],
      rules: restrict([{ group: ['*', '!electron'], message: 'The preload imports contextBridge and ipcRenderer, nothing else.' }]),
    },
    {
      files: ['src/renderer/**'],
      rules: restrict([electron, node, toCore, schemas, spawning, { regex: '^(ws|conf)$', message: 'Not in a page.' }]),
    },
    {
      // Loaded when their pages are opened, long after the first paint: they check documents as they are typed.
      files: ['src/renderer/features/{designer,document,kubeadm-config}/**'],
      rules: restrict([electron, node, toCore, spawning, { regex: '^(ws|conf)$', message: 'Not in a page.' }]),
    },
    {
      files: ['src/renderer/ui/**'],
      rules: restrict([
        electron,
        node,
        toCore,
        spawning,
        {
          regex: '^#shared/|^@orpc/|/(features|api|locales)/',
          message: 'renderer/ui has no domain words: no features, no api, no contract.',
        },
      ]),
    },
    {
      // Tests start small programs themselves and look across rooms.
      files: ['**/*.test.ts', '**/*.test.tsx', 'e2e/**', 'scripts/**', '**/fixtures/**'],
      rules: { 'no-restricted-imports': 'off', 'typescript/no-floating-promises': 'error' },
    },
  ],
})
