import { formatPlatform, type Platform } from '../../model/index.ts';
import type { BaseReport, DoctorFacts } from '../facts.ts';
import { advice, suggested, type DoctorFinding } from '../finding.ts';

/** Whether each image that a Dockerfile starts from has each platform that is needed of it. */
export function judgeBases({ bases = [] }: DoctorFacts): readonly DoctorFinding[] {
  const verdicts = new Map<string, DoctorFinding>();
  for (const base of bases) {
    const finding = judgeBase(base);
    // Several components often start from one image: once for each platform is enough.
    verdicts.set(`${finding.severity} ${finding.title}`, finding);
  }
  return [...verdicts.values()];
}

function judgeBase(report: BaseReport): DoctorFinding {
  const { use, offered, from, failure } = report;
  const place = `${use.file}:${use.line}`;
  const platform = formatPlatform(use.platform);
  const common = { code: 'base-image', subject: use.image } as const;
  if (report.name === undefined) return namesNothing(report);
  if (offered.some((each) => runsAs(each, use.platform))) {
    return { ...common, severity: 'ok', title: `${use.image} has ${platform} (${from ?? 'found'})` };
  }
  if (failure !== undefined && from === undefined) {
    return {
      ...common,
      severity: 'warning',
      title: `whether ${use.image} has ${platform} could not be found out: ${failure.reason}`,
      breaks: `${use.component} for ${platform} (${place}), should it not`,
      fix: suggested('See whether its registry answers docker', [...INSPECT, use.image]),
    };
  }
  return {
    ...common,
    severity: 'error',
    error: 'INCOMPLETE',
    title: from === undefined ? `${use.image} does not exist` : `${use.image} has no ${platform}`,
    breaks: `${use.component} for ${platform} (${place})`,
    fix:
      offered.length === 0
        ? advice('Name an image that exists, or build and push it first')
        : suggested(
            `It has ${offered.map(formatPlatform).join(', ')}. Start from an image that has ${platform} too, or leave the platform out`,
            [...INSPECT, use.image],
          ),
  };
}

const INSPECT = ['docker', 'buildx', 'imagetools', 'inspect'];

function namesNothing({ use }: BaseReport): DoctorFinding {
  const place = `${use.file}:${use.line}`;
  const platform = formatPlatform(use.platform);
  return {
    code: 'base-image',
    subject: use.image || place,
    severity: 'error',
    error: 'DEFINITION_INVALID',
    title: `${place}: FROM names no image${use.image === '' ? '' : ` (${use.image})`} for ${platform}`,
    breaks: `${use.component} for ${platform}`,
    fix: advice('Give its ARG a default before the first FROM, or a value with args of the component'),
  };
}

/** A 32-bit ARM image of a lower level runs on a higher one, and BuildKit takes it (containerd platforms.Only). */
function runsAs(offered: Platform, wanted: Platform): boolean {
  if (offered.os !== wanted.os || offered.architecture !== wanted.architecture) return false;
  if (wanted.architecture === 'arm') return (offered.variant ?? 'v7') <= (wanted.variant ?? 'v7');
  return offered.variant === undefined || offered.variant === wanted.variant;
}
