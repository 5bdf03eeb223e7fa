import type { HostAction, HostStep } from '#shared/contract/host-changes.ts'

export const file = (path: string, before: string | null, after: string | null): HostAction => ({
  kind: 'file',
  path,
  before,
  after,
  mode: null,
})

/** `undo` null: nothing undoes it. Empty: there is nothing to undo. */
export const command = (
  argv: readonly string[],
  more: { readonly undo?: readonly string[] | null; readonly check?: readonly string[] | null } = {},
): HostAction => ({
  kind: 'command',
  argv: [...argv],
  undo: more.undo === null ? null : [...(more.undo ?? [])],
  check: more.check ? [...more.check] : null,
})

/** A step as root; done where it is files alone that say this already. */
export function step(id: string, link: string | null, actions: readonly HostAction[], facts: HostStep['facts'] = {}): HostStep {
  const done = actions.length > 0 && actions.every((action) => action.kind === 'file' && action.before === action.after)
  return { id, facts, actions: [...actions], root: true, link, done }
}
