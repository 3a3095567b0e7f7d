import { placePlatform, runsNatively, type BuilderFacts } from '../../buildx/index.ts';
import { formatPlatform, satisfies, type Platform } from '../../model/index.ts';
import type { DoctorFacts, Emulator } from '../facts.ts';
import { advice, suggested, type DoctorFinding, type DoctorFix } from '../finding.ts';

/** How each wanted platform is built: natively, emulated, or not at all. */
export function judgePlatforms(facts: DoctorFacts): readonly DoctorFinding[] {
  const { builder, wanted } = facts;
  if (builder?.found !== true || builder.facts.nodes.length === 0) return [];
  return wanted.flatMap((platform) => judgePlatform(platform, builder.facts, facts));
}

function judgePlatform(
  platform: Platform,
  builder: BuilderFacts,
  facts: DoctorFacts,
): readonly DoctorFinding[] {
  const subject = formatPlatform(platform);
  const { support, node } = placePlatform(builder, platform);
  const where = node === undefined ? builder.name : `${builder.name}, node ${node.name}`;
  const isCross = facts.cross?.some((each) => formatPlatform(each) === subject) === true;
  if (isCross && support !== 'native') {
    return [{ code: 'platform', severity: 'ok', subject, title: `${subject} is cross-compiled (${where})` }];
  }
  switch (support) {
    case 'native':
      return [{ code: 'platform', severity: 'ok', subject, title: `${subject} is native (${where})` }];
    case 'emulated':
      return judgeEmulated(platform, { where, builder, facts });
    case 'unknown':
      return [unknown(subject, builder)];
    case 'missing':
      return [missing(platform, builder, facts)];
  }
}

function unknown(subject: string, { name }: BuilderFacts): DoctorFinding {
  const start = ['docker', 'buildx', 'inspect', '--bootstrap', '--', name];
  return {
    code: 'platform',
    severity: 'warning',
    subject,
    title: `whether ${name} builds ${subject} is not known before it is started`,
    breaks: `builds for ${subject}, should none of its nodes execute it`,
    fix: { explanation: 'Start it', commands: [start], undo: [], safe: true },
  };
}

function missing(platform: Platform, builder: BuilderFacts, facts: DoctorFacts): DoctorFinding {
  const subject = formatPlatform(platform);
  return {
    code: 'platform',
    severity: 'error',
    error: 'INCOMPLETE',
    subject,
    title: `${subject} cannot be built: no node of ${builder.name} executes it`,
    breaks: `every RUN step for ${subject}`,
    fix: installEmulator(platform, builder, facts),
  };
}

interface EmulatedContext {
  readonly where: string;
  readonly builder: BuilderFacts;
  readonly facts: DoctorFacts;
}

function judgeEmulated(platform: Platform, context: EmulatedContext): readonly DoctorFinding[] {
  const { where, builder, facts } = context;
  const subject = formatPlatform(platform);
  const broken = judgeEmulator(platform, builder, facts);
  if (broken !== undefined) return [broken];
  const other = builder.nodes.find(
    (node) => runsNatively(node, platform) && node.platforms.some((offered) => satisfies(offered, platform)),
  );
  const emulated: DoctorFinding = {
    code: 'platform',
    severity: 'ok',
    subject,
    title: `${subject} is emulated (${where}): RUN steps take several times as long`,
  };
  if (other === undefined) return [emulated];
  return [
    emulated,
    {
      code: 'node-choice',
      severity: 'warning',
      subject,
      title: `${subject} is emulated although node ${other.name} runs it natively`,
      breaks: 'the speed of these builds: buildx takes the first node that executes a platform',
      fix: advice(
        `Say what each node is for: make the builder again with "xbundle builder create NAME --node ${subject}=${other.endpoint} --node …"`,
      ),
    },
  ];
}

/**
 * What the kernel says of the emulator of a platform. BuildKit never drops a platform that it once found, so that
 * its list alone does not prove an emulator; the builders of other drivers bring their own.
 */
function judgeEmulator(
  platform: Platform,
  builder: BuilderFacts,
  { emulators, binfmtImage }: DoctorFacts,
): DoctorFinding | undefined {
  if (emulators === undefined || builder.driver !== 'docker') return undefined;
  const own = emulators.filter(({ architecture }) => architecture === platform.architecture);
  if (own.some(isUsable)) return undefined;
  const [registered] = own;
  const subject = formatPlatform(platform);
  return {
    code: 'binfmt',
    severity: 'error',
    error: 'INCOMPLETE',
    subject,
    title: `${subject} cannot be executed, though ${builder.name} still lists it: ${complaint(registered)}`,
    breaks: `every RUN step for ${subject} fails with "exec format error" or "no such file or directory"`,
    fix: mendEmulator(platform, registered, binfmtImage),
  };
}

function isUsable({ enabled, flags }: Emulator): boolean {
  return enabled && flags.includes('F');
}

function complaint(registered: Emulator | undefined): string {
  if (registered === undefined) return 'the kernel has no emulator registered for it';
  if (!registered.enabled) return `its emulator ${registered.name} is disabled in binfmt_misc`;
  return `its emulator ${registered.name} is registered without the flag F, so that containers do not find it`;
}

function mendEmulator(platform: Platform, registered: Emulator | undefined, binfmtImage: string): DoctorFix {
  if (registered === undefined) {
    return { ...install(platform, binfmtImage), safe: true };
  }
  const { name, enabled } = registered;
  if (!enabled) return advice(`As root: "echo 1 > /proc/sys/fs/binfmt_misc/${name}"`);
  return suggested(
    `Register it anew with the flag F; ${name} is taken away for a moment`,
    ['docker', 'run', '--privileged', '--rm', binfmtImage, '--uninstall', name],
    ...install(platform, binfmtImage).commands,
  );
}

function install({ architecture }: Platform, binfmtImage: string): DoctorFix {
  return {
    explanation: `Register an emulator for ${architecture} with the kernel that the engine runs on`,
    commands: [['docker', 'run', '--privileged', '--rm', binfmtImage, '--install', architecture]],
    undo: [],
    safe: false,
  };
}

/** Only the machine of the engine in use can be given an emulator from here. */
function installEmulator(platform: Platform, { driver }: BuilderFacts, facts: DoctorFacts): DoctorFix {
  if (platform.os !== 'linux') return advice(`Add a node that runs ${platform.os} to the builder`);
  const fix = install(platform, facts.binfmtImage);
  const reaches = facts.engine?.reached === true && (driver === 'docker' || driver === 'docker-container');
  if (reaches) return { ...fix, safe: driver === 'docker' };
  return advice(
    `Install an emulator on the builder's machine with "docker run --privileged --rm ${facts.binfmtImage} --install ${platform.architecture}", or add a node with "xbundle builder append NAME --node ${platform.architecture}=ENDPOINT"`,
  );
}

/** Emulators of the wanted platforms that containers can use. */
export function judgeEmulators({ builder, emulators = [], wanted }: DoctorFacts): readonly DoctorFinding[] {
  if (builder?.found !== true) return [];
  const emulated = wanted.filter((each) => placePlatform(builder.facts, each).support === 'emulated');
  const needed = new Set(emulated.map(({ architecture }) => architecture));
  return emulators
    .filter((emulator) => needed.has(emulator.architecture) && isUsable(emulator))
    .map(({ name, architecture, flags }) => ({
      code: 'binfmt' as const,
      severity: 'ok' as const,
      subject: architecture,
      title: `emulator ${name} is registered for ${architecture} (flags ${flags})`,
    }));
}
