/**
 * A port that an engine could not publish: held by a container, held by a process (as docker up to 27 says it, and in both wordings from 28 on:
 * https://github.com/moby/moby/blob/v28.2.2/libnetwork/portallocator/osallocator_linux.go), and what the engines with a virtual machine say.
 */
export const takenPortWords =
  /Bind for \S*:(\d+) failed: port is already allocated|listen (?:tcp|udp|sctp)[46]? \S*:(\d+): bind: address already in use|failed to bind host port (?:for )?\S*?:(\d+)[:/]\S* address already in use|[Pp]orts are not available[^\n]*?:(\d+)(?=[ :/])/

/** The port in a match of `takenPortWords`. Pure. */
export const takenPortOf = (match: RegExpExecArray): number => Number(match.slice(1).find((group) => group !== undefined))

/** Null: nothing of a port in it. Pure. */
export function takenPort(text: string): number | null {
  const match = takenPortWords.exec(text)
  return match === null ? null : takenPortOf(match)
}
