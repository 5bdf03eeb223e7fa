import type { Component } from './contract/downloads.ts'

/** Whether a release has one file of a component for every system and architecture. */
export function isForEveryPlatform(component: Component): boolean {
  return component === 'source-archive' || component === 'scripts-archive'
}
