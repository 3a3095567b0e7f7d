import { isXbundleError } from '@xbundle/core';
import { z } from 'zod';
import { sourceLineSchema, type LintFinding, type ParsedRequestOf, type ResponseOf } from '../contract.ts';
import type { Handlers } from '../http/serve.ts';
import type { Call } from '../http/slow-answers.ts';
import type { Places } from '../jobs/command/places.ts';
import type { Services } from '../services.ts';
import { askCli } from '../tasks/cli-tasks.ts';
import { definitionsOf } from './projects.ts';

/** So many fit an answer, whatever their lines hold. */
const MOST_FINDINGS = 200;

const lintSchema = z.looseObject({
  files: z.array(
    z.looseObject({
      file: z.string(),
      findings: z.array(
        z.looseObject({
          rule: z.string(),
          severity: z.enum(['error', 'warning', 'info']),
          message: z.string(),
          range: z.looseObject({ start: z.looseObject({ line: z.number() }) }),
          lines: z.array(sourceLineSchema),
          fix: z.looseObject({ title: z.string() }).optional(),
        }),
      ),
    }),
  ),
});
type CliFinding = z.infer<typeof lintSchema>['files'][number]['findings'][number];

export function lintHandlers(services: Services): Pick<Handlers, 'lint'> {
  return {
    lint: async (request, call) => {
      try {
        return report(await ask(request, services, call));
      } catch (error) {
        if (isXbundleError(error, 'NOT_FOUND')) return { files: [], read: 0, cut: false };
        throw error;
      }
    },
  };
}

async function ask(
  { directory, files, platforms = [] }: ParsedRequestOf<'lint'>,
  services: Services,
  call: Call,
): Promise<z.infer<typeof lintSchema>> {
  const named = files ?? (await definitionsOf(directory, services, call));
  const question = {
    what: 'reading the Dockerfiles',
    needsEngine: false,
    cwd: directory,
    args: (places: Places) => {
      const folder = places.folder(directory);
      return [
        'lint',
        '--json',
        '--no-buildkit',
        ...named.map((file) => `--file=${places.input(file)}`),
        ...(platforms.length === 0 ? [] : [`--platform=${platforms.join(',')}`]),
        ...(named.length === 0 ? ['--', folder] : []),
      ];
    },
  };
  return askCli(services.tasks, question, { schema: lintSchema, call });
}

function report({ files }: z.infer<typeof lintSchema>): ResponseOf<'lint'> {
  let room = MOST_FINDINGS;
  const listed = files.map(({ file, findings }) => {
    const some = findings.slice(0, room);
    room -= some.length;
    return { file, findings: some.map(toFinding) };
  });
  const all = files.reduce((sum, { findings }) => sum + findings.length, 0);
  return {
    files: listed.filter(({ findings }) => findings.length > 0),
    read: files.length,
    cut: all > MOST_FINDINGS,
  };
}

function toFinding({ rule, severity, message, range, lines, fix }: CliFinding): LintFinding {
  return {
    rule,
    severity,
    message,
    line: range.start.line,
    lines,
    ...(fix !== undefined && { fix: fix.title }),
  };
}
