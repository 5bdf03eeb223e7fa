import type { z } from 'zod'
import { isRecord, type Path } from './plain.ts'

type Definition = {
  readonly type: string
  readonly shape?: Readonly<Record<string, z.ZodType>>
  readonly element?: z.ZodType
  readonly innerType?: z.ZodType
  readonly in?: z.ZodType
}

/** Fields of a value that its schema does not name. They stay in a document, but a tool that reads it strictly refuses them. */
export function unknownFields(schema: z.ZodType, value: unknown, path: Path = []): Path[] {
  const definition = schema.def as unknown as Definition
  const inner = definition.innerType ?? definition.in
  if (inner !== undefined) return unknownFields(inner, value, path)
  if (definition.type === 'array' && definition.element !== undefined && Array.isArray(value)) {
    const { element } = definition
    return value.flatMap((item: unknown, index) => unknownFields(element, item, [...path, index]))
  }
  if (definition.type !== 'object' || !isRecord(value)) return []
  const shape = definition.shape ?? {}
  return Object.entries(value).flatMap(([key, below]) => {
    const known = shape[key]
    return known === undefined ? [[...path, key]] : unknownFields(known, below, [...path, key])
  })
}
