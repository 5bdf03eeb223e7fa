// The static checks: each is one command, counted as one check.
export const staticChecks = [
  { name: 'types', argv: ['node_modules/typescript/bin/tsc', '-b'] },
  {
    name: 'lint and import rules',
    argv: [
      'node_modules/oxlint/bin/oxlint',
      '-c',
      'oxlint.config.ts',
      '--type-aware',
      '--deny-warnings',
      'src',
      'e2e',
      'scripts',
      'oxlint.config.ts',
      'vitest.config.ts',
    ],
  },
  { name: 'format', argv: ['node_modules/@biomejs/biome/bin/biome', 'ci', '--colors=off', '.'] },
  { name: 'dead code', argv: ['node_modules/knip/bin/knip.js'] },
]
