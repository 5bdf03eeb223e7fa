import { fact, finding, type Rule, short } from '../rule.ts'
import { hits, nodeOf } from '../text.ts'

/** ENOSPC of inotify_add_watch is no full disk: https://man7.org/linux/man-pages/man2/inotify_add_watch.2.html */
const inotifyWords =
  /(?:inotify[^\n]*(?:too many open files|no space left on device|user limit)|(?:Failed to (?:allocate|create) [^\n]*(?:inotify|directory watch)[^\n]*Too many open files)|(?:fsnotify|file) watcher: too many open files|inotify_(?:init|add_watch)\d?:? [^\n]*(?:too many open files|no space left))/i

export const inotify: Rule = (evidence) => {
  const [hit] = hits(evidence, ['command', 'node-journal', 'kubelet', 'pod'], inotifyWords)
  if (hit === undefined) return []
  const limits = evidence.host?.inotify
  const known =
    limits == null
      ? []
      : [fact('host', 'sysctl', `fs.inotify.max_user_watches=${limits.watches} fs.inotify.max_user_instances=${limits.instances}`)]
  return [finding({ cause: 'inotify-limit', facts: {}, evidence: [hit.line, ...known], action: 'raise-inotify' })]
}

/** Written on this machine or by the engine. */
export const diskFull: Rule = (evidence) => {
  const found = hits(evidence, ['command', 'engine'], /no space left on device|disk quota exceeded/i).find(
    (hit) => !inotifyWords.test(hit.line.text),
  )
  if (found !== undefined) {
    const path = /(?:write|mkdir|open|copy|create|symlink|link) (\/[^\s:]+)[^\n]*no space left/i.exec(found.line.text)?.[1] ?? null
    return [finding({ cause: 'disk-full', facts: { path }, evidence: [found.line], action: 'free-disk' })]
  }
  return []
}

/** Written inside a node, so on the engine's disk: kubelet's eviction manager, minikube's check of /var. */
export const engineDisk: Rule = (evidence) => {
  const said =
    hits(
      evidence,
      ['command'],
      /Docker is (?:nearly )?out of disk space[^\n]*|Exiting due to RSRC_(?:DOCKER_STORAGE|INSUFFICIENT_STORAGE): [^\n]*/,
    )[0] ??
    hits(
      evidence,
      ['kubelet'],
      /must evict pod\(s\) to reclaim[^\n]*ephemeral-storage|attempting to reclaim[^\n]*ephemeral-storage|no space left on device|NodeHasDiskPressure/,
    ).find((hit) => !inotifyWords.test(hit.line.text)) ??
    hits(evidence, ['node-journal', 'pod'], /no space left on device/i).find((hit) => !inotifyWords.test(hit.line.text))
  const full = evidence.nodes.find((node) => (node.inside?.diskUsed ?? 0) >= 0.95)
  if (said === undefined && full === undefined) return []
  // minikube remarks that space runs short also where it goes on.
  const nearly = said !== undefined && /nearly out/.test(said.match[0])
  return [
    finding({
      cause: 'engine-disk-full',
      facts: {
        where:
          full === undefined
            ? said === undefined
              ? null
              : said.text.source === 'command'
                ? short(said.match[0].replace(/^Exiting due to \w+: /, ''))
                : nodeOf(said)
            : `${full.name}: /var ${Math.round((full.inside?.diskUsed ?? 0) * 100)} %`,
      },
      evidence: [
        ...(said === undefined ? [] : [said.line]),
        ...(full === undefined ? [] : [fact('node-journal', full.name, `df /var: ${Math.round((full.inside?.diskUsed ?? 0) * 100)} %`)]),
      ],
      sure: said === undefined || nearly ? 'likely' : 'sure',
      level: said === undefined || nearly ? 'warning' : 'problem',
      action: 'free-disk',
    }),
  ]
}
