/**
 * The search worker as one script. In the bundles this module is replaced by its text (scripts/lib/worker-source.mjs), so that no file has to be found beside them, in an archive or
 * elsewhere; from the sources it is null, and the worker is started from its own file.
 */
export const workerSource: string | null = null
