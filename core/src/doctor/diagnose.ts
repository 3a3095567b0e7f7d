import type { DoctorFacts } from './facts.ts';
import type { DoctorFinding } from './finding.ts';
import { judgeBases } from './checks/judge-bases.ts';
import { judgeBuilderFacts } from './checks/judge-builder.ts';
import { judgeEngine } from './checks/judge-engine.ts';
import { judgeLogins } from './checks/judge-logins.ts';
import { judgeEmulators, judgePlatforms } from './checks/judge-platforms.ts';
import { judgeSpace } from './checks/judge-space.ts';
import { judgeTools } from './checks/judge-tools.ts';

type Check = (facts: DoctorFacts) => readonly DoctorFinding[];

/** What others depend on comes first, so that the first error is the cause of those after it. */
const CHECKS: readonly Check[] = [
  judgeTools,
  judgeEngine,
  judgeBuilderFacts,
  judgePlatforms,
  judgeEmulators,
  judgeSpace,
  judgeLogins,
  judgeBases,
];

/** Everything that the checks find, what is in order included. */
export function diagnose(facts: DoctorFacts): readonly DoctorFinding[] {
  return CHECKS.flatMap((check) => check(facts));
}

/** What a build should be told before it starts: warnings and errors in what `gatherBuildFacts` found. */
export function checkBeforeBuild(facts: DoctorFacts): readonly DoctorFinding[] {
  return diagnose(facts).filter(({ severity }) => severity !== 'ok');
}
