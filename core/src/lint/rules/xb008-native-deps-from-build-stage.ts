import type { LintContext } from '../context.ts';
import { advice, type Found, type Rule } from '../rule.ts';
import { withParents, type Copied, type StageFacts } from '../stages/stage-facts.ts';

export const nativeDepsFromBuildStage: Rule = {
  id: 'XB008',
  name: 'native-deps-from-build-stage',
  severity: 'error',
  title: 'Installed dependencies are copied from a build stage',
  documentation:
    'Package managers install native parts for the machine they run on: `node_modules`, a Python venv, `site-packages` or a Ruby bundle made in a `$BUILDPLATFORM` stage holds binaries of the building machine, and the image on another platform fails when the first native module is loaded. Install them in a stage without `--platform`, and take only what fits any machine (bundled JavaScript, compiled assets) from the build stage. An error where the file names a package that is known to be native, else a warning.',
  bad: 'FROM --platform=$BUILDPLATFORM node:22 AS deps\nWORKDIR /app\nCOPY package*.json ./\nRUN npm install sharp\nFROM node:22-slim\nCOPY --from=deps /app/node_modules /app/node_modules\nCMD ["node", "/app/server.js"]\n',
  good: 'FROM node:22 AS deps\nWORKDIR /app\nCOPY package*.json ./\nRUN npm install sharp\nFROM node:22-slim\nCOPY --from=deps /app/node_modules /app/node_modules\nCMD ["node", "/app/server.js"]\n',
  check: (context) =>
    context.stages
      .filter(({ runsOn, isNeeded }) => runsOn.kind === 'target' && isNeeded)
      .flatMap(({ copies }) => copies.flatMap((copied) => checkCopy(copied, context))),
};

const INSTALLED =
  /(^|\/)(node_modules|\.?venv|virtualenv|site-packages|dist-packages|vendor\/bundle|usr\/local\/bundle)(\/|$)|^\/root\/\.local(\/|$)/;

const NATIVE =
  /\b(sharp|bcrypt|better-sqlite3|sqlite3|canvas|node-gyp|node-sass|grpc(io)?|numpy|pandas|scipy|cryptography|psycopg2(-binary)?|lxml|pillow|torch|nokogiri|build-base|build-essential|libpq-dev|libffi-dev)\b/i;

function checkCopy({ stage, sources, instruction }: Copied, context: LintContext): readonly Found[] {
  if (stage?.runsOn.kind !== 'build') return [];
  const source = sources.find((each) => INSTALLED.test(each.replace(/["']/g, '')));
  if (source === undefined || installsForTarget(stage, context)) return [];
  const word = instruction.words.find(({ text }) => text === source);
  return [
    {
      span: word ?? instruction,
      severity: namesNative(stage, context) ? 'error' : 'warning',
      message: `${source} is copied from a stage on $BUILDPLATFORM and may hold binaries of the build machine`,
      fix: advice('Install the dependencies in a stage without --platform'),
    },
  ];
}

function textOf(stage: StageFacts, context: LintContext): string {
  return context.runs
    .filter((run) => withParents(stage).includes(run.stage))
    .map(({ text }) => text)
    .join('\n');
}

function namesNative(stage: StageFacts, context: LintContext): boolean {
  return NATIVE.test(textOf(stage, context));
}

/** `npm ci --cpu=$TARGETARCH`, `npm_config_arch`, `pip install --platform`, `uv --python-platform`. */
function installsForTarget(stage: StageFacts, context: LintContext): boolean {
  return /--cpu\b|npm_config_(arch|cpu)|--platform[= ]|--python-platform/.test(textOf(stage, context));
}
