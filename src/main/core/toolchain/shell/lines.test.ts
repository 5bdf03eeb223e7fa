import { expect, test } from 'vitest'
import { completionLines, hasLine, loginShell, pathLines, withLine } from './lines.ts'

const home = (part: Partial<Parameters<typeof pathLines>[1]> = {}) => ({ os: 'linux', homeDir: '/home/ann', env: {}, ...part })

test('each shell has its own file and words to put a folder into PATH', () => {
  expect(pathLines('/home/ann/.local/bin', home())).toEqual([
    { shell: 'bash', file: '/home/ann/.bashrc', text: 'export PATH="$HOME/.local/bin:$PATH"' },
    { shell: 'zsh', file: '/home/ann/.zshrc', text: 'export PATH="$HOME/.local/bin:$PATH"' },
    { shell: 'fish', file: '/home/ann/.config/fish/config.fish', text: 'fish_add_path "$HOME/.local/bin"' },
    {
      shell: 'powershell',
      file: '/home/ann/.config/powershell/profile.ps1',
      text: '$env:PATH = "$HOME/.local/bin" + [IO.Path]::PathSeparator + $env:PATH',
    },
  ])
  expect(
    pathLines('/x', home({ os: 'darwin', env: { ZDOTDIR: '/home/ann/z' } }))
      .map(({ file }) => file)
      .slice(0, 2),
  ).toEqual(['/home/ann/.bash_profile', '/home/ann/z/.zshrc'])
  const windows = pathLines("C:\\Users\\O'Neil\\AppData\\Local\\Cove\\bin", home({ os: 'windows', homeDir: "C:\\Users\\O'Neil" }))
  expect(windows.at(-1)).toEqual({
    shell: 'powershell',
    file: "C:\\Users\\O'Neil\\Documents\\PowerShell\\profile.ps1",
    text: "$env:Path = 'C:\\Users\\O''Neil\\AppData\\Local\\Cove\\bin;' + $env:Path",
  })
})

test('completion is offered for the shells that a tool writes it for', () => {
  expect(completionLines('kubectl', home()).map(({ text }) => text)).toEqual([
    'source <(kubectl completion bash)',
    'source <(kubectl completion zsh)',
    'kubectl completion fish | source',
    'kubectl completion powershell | Out-String | Invoke-Expression',
  ])
  expect(completionLines('kubeadm', home()).map(({ shell }) => shell)).toEqual(['bash', 'zsh'])
  expect(completionLines('docker', home()).map(({ shell }) => shell)).toEqual(['bash', 'zsh', 'fish'])
})

test.each([
  [null, '# Added by Cove\nx\n'],
  ['', '# Added by Cove\nx\n'],
  ['a', 'a\n\n# Added by Cove\nx\n'],
  ['a\n', 'a\n\n# Added by Cove\nx\n'],
])('a line goes to the end and leaves all before it as it is: %j', (before, after) => {
  expect(withLine(before, 'x')).toBe(after)
  expect(hasLine(after, 'x')).toBe(true)
  expect(hasLine(before, 'x')).toBe(false)
})

test('a line that is commented out is not there, an indented one is', () => {
  expect(hasLine('# x', 'x')).toBe(false)
  expect(hasLine('if true; then\n  x\nfi', 'x')).toBe(true)
  expect(hasLine('xx', 'x')).toBe(false)
})

test.each([
  [{ SHELL: '/usr/bin/zsh' }, 'linux', 'zsh'],
  [{ SHELL: '/bin/bash' }, 'linux', 'bash'],
  [{ SHELL: '/usr/bin/pwsh' }, 'linux', 'powershell'],
  [{ SHELL: '/bin/false' }, 'linux', null],
  [{}, 'linux', null],
  [{}, 'windows', 'powershell'],
] as const)('the login shell of %j on %s is %s', (env, os, shell) => expect(loginShell(env, os)).toBe(shell))
