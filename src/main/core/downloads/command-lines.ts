export type ShownFile = {
  readonly fileName: string
  readonly url: string
  readonly digestUrl: string
  readonly sha512Url: string
  readonly kind: 'program' | 'archive'
  readonly signature: { readonly signatureUrl: string; readonly certificateUrl: string } | null
}

/** https://kubernetes.io/docs/tasks/administer-cluster/verify-signed-artifacts/ */
const signer = 'krel-staging@k8s-releng-prod.iam.gserviceaccount.com'
const issuer = 'https://accounts.google.com'

/** Lines that fetch a file and compare it with its published sum, for the shell that people have on a platform (`process.platform`). Pure. */
export function fetchLines({ fileName, url, digestUrl, kind }: ShownFile, platform: string): string[] {
  if (platform === 'win32')
    return [
      `curl.exe --fail --location --remote-name ${word(url, platform)}`,
      // PowerShell compares without regard to case.
      `(Get-FileHash -Algorithm SHA256 ${fileName}).Hash -eq (curl.exe --fail --location --silent ${word(digestUrl, platform)})`,
    ]
  const check = platform === 'darwin' ? 'shasum --algorithm 256 --check' : 'sha256sum --check'
  return [
    `curl --fail --location --remote-name ${word(url, platform)}`,
    `echo "$(curl --fail --location --silent ${word(digestUrl, platform)})  ${fileName}" | ${check}`,
    ...(kind === 'program' ? [`chmod 0755 ${fileName}`] : []),
  ]
}

/** Lines that check the signature of what was fetched. Pure. */
export function signatureLines({ fileName, signature }: ShownFile, platform: string): string[] {
  if (signature === null) return []
  const curl = platform === 'win32' ? 'curl.exe' : 'curl'
  return [
    `${curl} --fail --location --remote-name-all ${word(signature.signatureUrl, platform)} ${word(signature.certificateUrl, platform)}`,
    ['cosign', ...verifyArgs({ file: fileName, signature: `${fileName}.sig`, certificate: `${fileName}.cert` })].join(' '),
  ]
}

/** One word of a command line: a mirror's address may hold what a shell would act on. */
function word(text: string, platform: string): string {
  if (/^[\w:/.@%+~,=[\]-]+$/.test(text)) return text
  return `'${text.replaceAll("'", platform === 'win32' ? "''" : "'\\''")}'`
}

/** argv of cosign after its name. Pure. */
export function verifyArgs({ file, signature, certificate }: Readonly<Record<'file' | 'signature' | 'certificate', string>>): string[] {
  return [
    'verify-blob',
    `--signature=${signature}`,
    `--certificate=${certificate}`,
    `--certificate-identity=${signer}`,
    `--certificate-oidc-issuer=${issuer}`,
    '--',
    file,
  ]
}
