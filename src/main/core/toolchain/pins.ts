/**
 * Digests that ship with Cove, by path below the publisher (`release/v1.34.4/bin/linux/amd64/kubectl`). A pinned build is checked against its pin and the publisher's
 * checksum file is not asked for; every other one is checked against that file. Only what was compared with the publisher's signed release may be listed here.
 */
export type Pins = Readonly<Record<string, string>>

export const pins: Pins = {}
