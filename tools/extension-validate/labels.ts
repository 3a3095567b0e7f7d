/** The labels of a Dockerfile's last stage, as its `LABEL` instructions say them. */
export function readLabels(dockerfile: string): ReadonlyMap<string, string> {
  const lines = dockerfile.replace(/^\s*#.*\n/gm, '').replace(/\\\r?\n/g, ' ');
  const lastStage = lines.slice(Math.max(0, lines.search(/\nFROM (?![\s\S]*\nFROM )/)));
  const labels = new Map<string, string>();
  for (const [, rest = ''] of lastStage.matchAll(/^LABEL\s+(.*)$/gm)) {
    for (const [, name = '', quoted, plain] of rest.matchAll(/([^\s=]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g))
      labels.set(name, quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '');
  }
  return labels;
}

const CATEGORIES: ReadonlySet<string> = new Set([
  'ci-cd',
  'container-orchestration',
  'cloud-deployment',
  'cloud-development',
  'database',
  'kubernetes',
  'networking',
  'image-registry',
  'security',
  'testing-tools',
  'utility-tools',
  'volumes',
]);

type Check = (value: string) => string | undefined;

const filled: Check = (value) => (value.trim() === '' ? 'it is empty' : undefined);
const any: Check = () => undefined;
const html: Check = (value) => (/<[a-z]/.test(value) ? undefined : 'want HTML');

/** https://docs.docker.com/extensions/extensions-sdk/extensions/labels/ */
const REQUIRED: Readonly<Record<string, Check>> = {
  'org.opencontainers.image.title': filled,
  'org.opencontainers.image.description': filled,
  'org.opencontainers.image.vendor': filled,
  'com.docker.desktop.extension.api.version': (value) =>
    /^(?:[<>=~^]{0,2}\s*\d+\.\d+\.\d+\s*)+$/.test(value)
      ? undefined
      : 'want a version or a range of versions',
  'com.docker.desktop.extension.icon': filled,
  'com.docker.extension.screenshots': jsonList(['alt', 'url']),
  'com.docker.extension.detailed-description': html,
  'com.docker.extension.publisher-url': url,
  'com.docker.extension.changelog': html,
};

const OPTIONAL: Readonly<Record<string, Check>> = {
  'org.opencontainers.image.licenses': any,
  'com.docker.extension.additional-urls': jsonList(['title', 'url']),
  'com.docker.extension.account-info': any,
  'com.docker.extension.categories': (value) => {
    const unknown = value.split(',').find((category) => !CATEGORIES.has(category.trim()));
    return unknown === undefined ? undefined : `there is no category ${JSON.stringify(unknown)}`;
  },
};

/** Every label that is missing, unknown or not as documented. */
export function checkLabels(labels: ReadonlyMap<string, string>): readonly string[] {
  const missing = Object.keys(REQUIRED).filter((name) => !labels.has(name));
  const wrong = [...labels].flatMap(([name, value]) => {
    const check = REQUIRED[name] ?? OPTIONAL[name];
    const problem = check === undefined ? 'there is no such label' : check(value);
    return problem === undefined ? [] : [`label ${name}: ${problem}`];
  });
  return [...missing.map((name) => `label ${name}: it is missing`), ...wrong];
}

function url(value: string): string | undefined {
  return URL.canParse(value) && value.startsWith('https://') ? undefined : 'want an https address';
}

function jsonList(members: readonly string[]): Check {
  return (value) => {
    try {
      const list: unknown = JSON.parse(value);
      if (!Array.isArray(list)) return 'want a JSON list';
      const bad = (list as readonly unknown[]).some(
        (item) => typeof item !== 'object' || item === null || members.some((name) => !(name in item)),
      );
      return bad ? `want ${members.join(' and ')} in each` : undefined;
    } catch {
      return 'want JSON';
    }
  };
}
