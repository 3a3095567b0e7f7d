import type { DoctorFacts, EngineReport } from '../facts.ts';
import { advice, suggested, type DoctorFinding } from '../finding.ts';

/** Builders of these drivers need no engine. */
const NEEDS_NO_ENGINE: ReadonlySet<string> = new Set(['remote', 'kubernetes', 'cloud']);

/** Whether an engine answers, and how it keeps images. */
export function judgeEngine(facts: DoctorFacts): readonly DoctorFinding[] {
  const { engine } = facts;
  if (engine === undefined) return [];
  return engine.reached ? judgeReached(engine) : [judgeUnreached(engine, facts)];
}

type Reached = Extract<EngineReport, { readonly reached: true }>;
type Unreached = Exclude<EngineReport, Reached>;

function judgeUnreached({ label, failure }: Unreached, { builder }: DoctorFacts): DoctorFinding {
  const isNeeded = builder?.found !== true || !NEEDS_NO_ENGINE.has(builder.facts.driver);
  return {
    code: 'engine',
    severity: isNeeded ? 'error' : 'warning',
    error: failure.code,
    subject: label,
    title: `the Docker Engine cannot be asked: ${failure.reason}`,
    breaks: isNeeded
      ? 'builds with the builder in use, and all that reads or loads images of the engine'
      : 'all that reads or loads images of the engine; the builder in use does not need it',
    fix: suggested(
      'Start Docker Desktop or the engine. Should another engine be meant: see which there are, then set DOCKER_HOST or choose one with "docker context use"',
      ['docker', 'context', 'ls'],
    ),
  };
}

function judgeReached({ label, chosenBy, facts, desktop }: Reached): readonly DoctorFinding[] {
  const version = desktop ? `Docker Desktop, engine ${facts.version}` : `Docker Engine ${facts.version}`;
  const answers: DoctorFinding = {
    code: 'engine',
    severity: 'ok',
    subject: label,
    title: `${version} at ${label} (${chosenBy})`,
  };
  if (facts.store === 'containerd') {
    return [
      answers,
      { code: 'image-store', severity: 'ok', title: 'containerd image store: it keeps indexes' },
    ];
  }
  return [
    answers,
    {
      code: 'image-store',
      severity: 'warning',
      title: 'classic image store: an image in the engine has one platform',
      breaks:
        'multi-platform images cannot be loaded: each platform gets a name of its own, such as app:v1-arm64',
      fix: advice(desktop ? DESKTOP_STORE : ENGINE_STORE),
    },
  ];
}

/** Changing the store hides the images that are there, so that nobody but the user may do it. */
const DESKTOP_STORE =
  'In Docker Desktop: Settings > General > "Use containerd for pulling and storing images", then "Apply & restart". Images of the old store are hidden until it is switched back';
const ENGINE_STORE =
  'Add {"features": {"containerd-snapshotter": true}} to /etc/docker/daemon.json and restart the engine. Images of the old store are hidden until it is switched back';
