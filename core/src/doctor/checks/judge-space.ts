import { LIMITS } from '../../limits.ts';
import type { DoctorFacts } from '../facts.ts';
import { suggested, type DoctorFinding } from '../finding.ts';

/** Whether there is room for images in the engine, and for what is written. */
export function judgeSpace({ engine, output }: DoctorFacts): readonly DoctorFinding[] {
  const findings: DoctorFinding[] = [];
  if (engine?.reached === true && engine.facts.freeBytes !== undefined) {
    findings.push({
      code: 'engine-space',
      ...judgeFree(engine.facts.dockerRootDir, engine.facts.freeBytes, 'images and build cache'),
    });
  }
  if (output !== undefined) {
    findings.push({ code: 'output-space', ...judgeFree(output.directory, output.freeBytes, 'bundles') });
  }
  return findings;
}

function judgeFree(directory: string, free: number, what: string): Omit<DoctorFinding, 'code'> {
  const title = `${gigabytes(free)} free in ${directory}, for ${what}`;
  if (free >= LIMITS.scarceSpaceBytes) return { severity: 'ok', subject: directory, title };
  const isLittle = free < LIMITS.leastSpaceBytes;
  return {
    severity: isLittle ? 'error' : 'warning',
    ...(isLittle && { error: 'DISK_FULL' as const }),
    subject: directory,
    title: `only ${title}`,
    breaks: 'builds of more than a few images: the disk may become full',
    fix: suggested(
      'See what takes the space; "docker buildx prune" and "docker image prune" free what is not in use',
      ['docker', 'system', 'df'],
    ),
  };
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
