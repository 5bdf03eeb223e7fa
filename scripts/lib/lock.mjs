/**
 * Names of optional packages that some package of the lock file asks for and the lock file does not hold. npm writes such a lock without a word
 * when a platform's package is not published (seen with tailwindcss 4.3.5, biome 2.6.8); `npm ci` then fails, or a Mac gets no binary.
 */
export function missingPlatformPackages(lock) {
  const packages = lock.packages ?? {}
  const missing = []
  for (const [path, entry] of Object.entries(packages)) {
    for (const name of Object.keys(entry.optionalDependencies ?? {}))
      if (!found(packages, path, name)) missing.push(`${name} (wanted by ${path || 'package.json'})`)
  }
  return missing
}

function found(packages, from, name) {
  let folder = from
  for (;;) {
    if (packages[`${folder ? `${folder}/` : ''}node_modules/${name}`]) return true
    if (folder === '') return false
    const up = folder.lastIndexOf('node_modules/')
    folder = up <= 0 ? '' : folder.slice(0, up - 1)
  }
}
