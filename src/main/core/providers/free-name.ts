/** A name nobody has: `dev`, `dev-2`, `dev-3` … */
export function proposeName(taken: readonly string[], wish = 'dev'): string {
  if (!taken.includes(wish)) return wish
  const stem = wish.replace(/-\d+$/, '')
  for (let number = 2; ; number++) if (!taken.includes(`${stem}-${number}`)) return `${stem}-${number}`
}
