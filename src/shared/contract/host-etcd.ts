import { z } from '../zod.ts'

const path = z
  .string()
  .max(300)
  .regex(/^\/[^\s\p{Cc}]*$/u)

/** An etcd outside the cluster, as the configuration that kubeadm is given names it. Apart, as a page reads it too. */
export const hostEtcdSchema = z.object({
  endpoints: z
    .array(
      z
        .string()
        .max(300)
        .regex(/^https?:\/\/[^\s\p{Cc}]+$/u),
    )
    .max(20),
  /** Null: none is named. */
  caFile: path.nullable(),
  certFile: path.nullable(),
  keyFile: path.nullable(),
})
