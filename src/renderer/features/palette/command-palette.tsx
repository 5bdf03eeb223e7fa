export function CommandPalette(_: { readonly open: boolean; readonly onOpenChange: (open: boolean) => void }) {
  return null
}
