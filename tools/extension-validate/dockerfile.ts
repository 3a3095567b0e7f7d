/** Our own rules for images of several platforms, and what a release needs. */
export function checkDockerfile(text: string, isRelease: boolean): readonly string[] {
  const lines = text.split('\n');
  const froms = lines.flatMap((line) => /^FROM\s+(.*)$/.exec(line)?.[1] ?? []);
  const bases = new Map(
    lines.flatMap((line) => {
      const [, name, value] = /^ARG\s+([A-Z_]+_IMAGE)=(\S+)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
  const rules: readonly (readonly [isKept: boolean, problem: string])[] = [
    [
      froms[0]?.includes('--platform=$BUILDPLATFORM') === true,
      'the first stage is to be built on $BUILDPLATFORM',
    ],
    [
      froms.slice(1).every((from) => !from.includes('--platform')),
      'only the stage that builds names a platform: others are made for each',
    ],
    [
      froms.every((from) => /\$\{[A-Z_]+_IMAGE\}/.test(from)),
      'base images are to be build arguments, …_IMAGE',
    ],
    [bases.size > 0, 'base images are to have defaults'],
    [
      /--mount=type=secret,id=ca\b/.test(text),
      'behind a proxy a certificate is needed: --mount=type=secret,id=ca',
    ],
    [
      !/^(?:ARG|ENV)\s.*(?:TOKEN|PASSWORD|SECRET)/m.test(text),
      'secrets are no arguments: history shows them',
    ],
  ];
  const broken = rules.flatMap(([isKept, problem]) => (isKept ? [] : [`Dockerfile: ${problem}`]));
  return isRelease ? [...broken, ...unpinned(bases)] : broken;
}

function unpinned(bases: ReadonlyMap<string, string>): readonly string[] {
  return [...bases]
    .filter(([, value]) => !/@sha256:[0-9a-f]{64}$/.test(value))
    .map(([name, value]) => `Dockerfile: ${name}=${value}: a release names it by digest`);
}
