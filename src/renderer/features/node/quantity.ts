import { useFormat } from '../../ui/index.ts'

const units: Readonly<Record<string, number>> = { Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, Ti: 1024 ** 4 }

/** The API's quantity as people read it: bytes in the units of the rest of the page, `250m` cores as 0.25. What is not understood stays as it is. */
export function useQuantity(): (resource: string, quantity: string) => string {
  const format = useFormat()
  return (resource, quantity) => {
    const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)(\w*)$/.exec(quantity) ?? []
    if (number === '') return quantity === '' ? '–' : quantity
    const isBytes = resource === 'memory' || resource === 'ephemeral-storage' || resource.startsWith('hugepages-')
    if (isBytes && (unit === '' || units[unit] !== undefined)) return format.bytes(Number(number) * (units[unit] ?? 1))
    if (unit === 'm') return format.number(Number(number) / 1000, 3)
    return unit === '' ? format.number(Number(number), 3) : quantity
  }
}
