import type { DoctorFacts, RegistryReport } from '../facts.ts';
import { advice, suggested, type DoctorFinding } from '../finding.ts';

/** Whether there is a login for each registry that is named. Reading may be free; pushing hardly ever is. */
export function judgeLogins({ registries = [] }: DoctorFacts): readonly DoctorFinding[] {
  return registries.map(judgeRegistry);
}

function judgeRegistry({ host, use, hasLogin, failure }: RegistryReport): DoctorFinding {
  const common = { code: 'login', subject: host } as const;
  const login = suggested(`Log in to ${host}`, ['docker', 'login', host]);
  if (failure !== undefined) {
    const isRefusal = failure.code === 'UNAUTHORIZED';
    return {
      ...common,
      severity: isRefusal ? 'error' : 'warning',
      ...(isRefusal && { error: failure.code }),
      title: `${host}: ${failure.reason}`,
      breaks: `images ${use === 'push' ? 'cannot be pushed to' : 'cannot be read from'} ${host}`,
      fix: isRefusal ? login : advice(UNREACHED),
    };
  }
  if (hasLogin) return { ...common, severity: 'ok', title: `there is a login for ${host}` };
  if (use === 'pull' || isLoopback(host)) {
    return { ...common, severity: 'ok', title: `no login for ${host}: images are read anonymously` };
  }
  return {
    ...common,
    severity: 'warning',
    title: `there is no login for ${host}, which images are named after`,
    breaks: '"xbundle build --push", where that registry asks who pushes',
    fix: login,
  };
}

const UNREACHED =
  'See that the registry is named rightly, and what stands between: proxies (HTTPS_PROXY, NO_PROXY), certificates, the credential helper of ~/.docker/config.json';

function isLoopback(host: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/.test(host);
}
