// What passed, failed and was skipped over all steps of a run. The last line is `N passed, N failed`; what was skipped is named before it, with its reason,
// and what failed once more: what it said may be far above.

/**
 * Reasons that hold even on the kit's own ground (e2e/real-cluster/README.md): what its kernel cannot show, and the one part that is built on request.
 * A skip there for any other reason means that something was not set up, or that nobody runs a test any more: it fails the run.
 */
const reasonedSkips = [/needs cgroup v2/, /needs e2e\/real-cluster\/minikube\/up/]

export function createTally() {
  /** @type {{ passed: number, failed: number, skipped: { name: string, reason: string }[], broken: string[] }} */
  const total = { passed: 0, failed: 0, skipped: [], broken: [] }
  let allHere = false
  const add = (name, { passed, failed, skipped = [], broken = [] }, startedAt) => {
    const refused = allHere ? skipped.filter((each) => !reasonedSkips.some((reason) => reason.test(each.reason))) : []
    for (const each of refused) console.log(`cove: FAILED, as nothing is missing here for which it could be skipped: ${line(each)}`)
    const kept = skipped.filter((each) => !refused.includes(each))
    total.passed += passed
    total.failed += failed + refused.length
    total.skipped.push(...kept)
    const named = [...broken, ...refused.map(line)]
    total.broken.push(...(named.length === 0 && failed > 0 ? [name] : named.map((each) => `${name}: ${each}`)))
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
    const left = kept.length > 0 ? `, ${kept.length} skipped` : ''
    console.log(`cove: ${name}: ${passed} passed, ${failed + refused.length} failed${left} (${seconds} s)`)
  }
  return {
    /** This is the kit's ground, where nothing is missing: from here on a skip needs one of the reasons above. */
    expectAll() {
      allHere = true
    },
    async check(name, work) {
      const startedAt = Date.now()
      console.log(`\ncove: ${name}`)
      const ok = await work()
      add(name, { passed: ok ? 1 : 0, failed: ok ? 0 : 1 }, startedAt)
      return ok
    },
    /** Several at once: each prints what it said when it has ended. `work` answers { ok, said }. */
    async checks(list, work) {
      console.log(`\ncove: ${list.map(({ name }) => name).join(', ')}`)
      const one = async (each) => {
        const startedAt = Date.now()
        const { ok, said } = await work(each)
        if (said !== '') console.log(said)
        add(each.name, { passed: ok ? 1 : 0, failed: ok ? 0 : 1 }, startedAt)
      }
      await Promise.all(list.map(one))
    },
    async suite(name, work) {
      const startedAt = Date.now()
      console.log(`\ncove: ${name}`)
      add(name, await work(), startedAt)
    },
    close() {
      console.log('')
      for (const each of total.broken) console.log(`cove: FAILED: ${each}`)
      for (const each of total.skipped) console.log(`cove: skipped: ${line(each)}`)
      console.log(`${total.passed} passed, ${total.failed} failed`)
      process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1)
    },
  }
}

const line = ({ name, reason }) => (reason === '' ? name : `${name}: ${reason}`)
