/** 'v1.36.2-gke.1' -> 36; undefined of what is no version of Kubernetes 1. */
export function minorVersion(version: string | undefined): number | undefined {
  const [, minor] = /^v?1\.(\d+)/.exec(version ?? '') ?? [];
  return minor === undefined ? undefined : Number(minor);
}
