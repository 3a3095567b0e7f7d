import { z } from 'zod';
import {
  jobRequestSchema,
  type Finding,
  type JobRequest,
  type ParsedRequestOf,
  type ResponseOf,
} from '../contract.ts';
import type { Handlers } from '../http/serve.ts';
import type { Call } from '../http/slow-answers.ts';
import type { Services } from '../services.ts';
import { askCli } from '../tasks/cli-tasks.ts';
import { definitionsOf } from './projects.ts';

const doctorSchema = z.looseObject({
  exitCode: z.number(),
  findings: z.array(
    z.looseObject({
      code: z.string(),
      severity: z.enum(['ok', 'warning', 'error']),
      subject: z.string().optional(),
      title: z.string(),
      breaks: z.string().optional(),
      fix: z
        .looseObject({
          explanation: z.string(),
          commands: z.array(z.array(z.string())),
          safe: z.boolean(),
        })
        .optional(),
    }),
  ),
});
type CliFinding = z.infer<typeof doctorSchema>['findings'][number];

export function doctorHandlers(services: Services): Pick<Handlers, 'doctor'> {
  return { doctor: (request, call) => doctor(request, services, call) };
}

async function doctor(
  { directory, files, platforms = [] }: ParsedRequestOf<'doctor'>,
  services: Services,
  call: Call,
): Promise<ResponseOf<'doctor'>> {
  const named = files ?? (directory === undefined ? [] : await definitionsOf(directory, services, call));
  const question = {
    what: 'checking what builds need',
    needsEngine: true,
    needsBinfmt: true,
    cwd: directory,
    args: (places: Parameters<Parameters<Services['tasks']['run']>[0]['args']>[0]) => {
      if (directory !== undefined) places.folder(directory);
      return [
        'doctor',
        '--json',
        ...(places.binfmt === undefined ? [] : [`--binfmt-dir=${places.binfmt}`]),
        ...named.map((file) => `--file=${places.input(file)}`),
        ...(platforms.length === 0 ? [] : [`--platform=${platforms.join(',')}`]),
      ];
    },
  };
  const { findings } = await askCli(services.tasks, question, { schema: doctorSchema, call });
  return {
    findings: findings.map(toFinding).sort((a, b) => RANK[a.severity] - RANK[b.severity]),
    ready: !findings.some(({ severity }) => severity === 'error'),
    checkedAt: Date.now(),
  };
}

const RANK: Readonly<Record<Finding['severity'], number>> = { error: 0, warning: 1, ok: 2 };

function toFinding({ code, severity, subject, title, breaks, fix }: CliFinding): Finding {
  const job = fix?.safe === true ? fixJob(fix.commands) : undefined;
  return {
    code,
    severity,
    message: title,
    ...(breaks !== undefined && { breaks }),
    ...(subject !== undefined && { subject }),
    ...(fix !== undefined && {
      fix: { title: fix.explanation, commands: fix.commands, ...(job !== undefined && { job }) },
    }),
  };
}

/** The job that does what these commands do; undefined where there is none. */
function fixJob(commands: readonly (readonly string[])[]): JobRequest | undefined {
  const create = commands.find((each) => isCommand(each, 'docker', 'buildx', 'create'));
  const emulate = commands.find((each) => isCommand(each, 'docker', 'run') && each.includes('--install'));
  if (create !== undefined) {
    const use =
      create.includes('--use') || commands.some((each) => isCommand(each, 'docker', 'buildx', 'use'));
    const name = valueOf(create, '--name');
    const driver = valueOf(create, '--driver');
    return jobRequestSchema.safeParse({
      kind: 'builder-create',
      name,
      nodes: [],
      use,
      ...(driver !== undefined && { driver }),
    }).data;
  }
  if (emulate === undefined) return undefined;
  const at = emulate.indexOf('--install');
  const machines = emulate[at + 1] ?? 'all';
  return jobRequestSchema.safeParse({
    kind: 'binfmt-install',
    image: emulate[at - 1],
    ...(machines !== 'all' && { platforms: machines.split(',') }),
  }).data;
}

function isCommand(command: readonly string[], ...words: readonly string[]): boolean {
  return words.every((word, at) => command[at] === word);
}

function valueOf(command: readonly string[], option: string): string | undefined {
  const joined = command.find((word) => word.startsWith(`${option}=`));
  if (joined !== undefined) return joined.slice(option.length + 1);
  const at = command.indexOf(option);
  return at === -1 ? undefined : command[at + 1];
}
