/** Containers and networks that tests make beside clusters carry this label. */
export const testLabel = 'io.cove.test'

/** Bare hosts have a network of their own: an address that a stopped node of kind has must not go to a host of a spec that runs beside. */
export const hostNetwork = 'cove-hosts'
