/** What BuildKit sets by itself for the platform that is built. */
export const TARGET_NAMES = ['TARGETPLATFORM', 'TARGETOS', 'TARGETARCH', 'TARGETVARIANT'] as const;

/** What BuildKit sets by itself for the machine that builds. */
export const BUILD_NAMES = ['BUILDPLATFORM', 'BUILDOS', 'BUILDARCH', 'BUILDVARIANT'] as const;

export const PLATFORM_NAMES: readonly string[] = [...TARGET_NAMES, ...BUILD_NAMES];

const ALL: ReadonlySet<string> = new Set(PLATFORM_NAMES);

/** Whether BuildKit gives the variable a value for each platform. */
export function isPlatformName(name: string): boolean {
  return ALL.has(name);
}

export function isTargetName(name: string): boolean {
  return name.startsWith('TARGET') && ALL.has(name);
}
