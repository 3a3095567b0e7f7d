import { Option, type Command } from 'commander';
import type { LintFlags } from '../commands/lint.ts';
import { addClientOptions, collectValues, platformOption } from '../options.ts';
import type { ProgramContext } from './context.ts';
import { examples } from './examples.ts';

export function addLint(program: Command, { io, version, finish }: ProgramContext): void {
  const command = program
    .command('lint')
    .description('find what makes the image of one platform hold files of another, in Dockerfiles')
    .argument('[path...]', 'Dockerfiles, or folders that have some (default: the current one)')
    .option('-f, --file <file>', 'the Dockerfiles of xbundle.yaml, compose or bake files', collectValues)
    .addOption(platformOption('what is built (default: amd64 and arm64 are thought of)'))
    .addOption(
      new Option('--format <format>', 'how findings are told')
        .choices(['text', 'json', 'sarif', 'github'])
        .default('text'),
    )
    .option('--json', 'the same as --format json')
    .option('--fix', 'write the automatic fixes into the files, and tell what is left')
    .option('--dry-run', 'with --fix: print the changes, and write nothing')
    .addOption(
      new Option('--fail-on <severity>', 'end with exit code 3 for this or worse')
        .choices(['error', 'warning', 'info'])
        .default('error'),
    )
    .option('--no-buildkit', "leave BuildKit's own checks out")
    .option('--online', 'ask registries for the platforms of base images')
    .option('--config <file>', 'default: .xbundle-lint.yaml, where there is one')
    .option('-q, --quiet', 'print nothing but what --format asks for');
  addClientOptions(command)
    .addHelpText(
      'after',
      examples(
        'lint',
        'lint services/app/Dockerfile --platform amd64,arm64',
        'lint -f docker-bake.hcl --fail-on warning --format github',
        'lint --fix --dry-run',
      ),
    )
    .action(async (paths: string[], flags: LintFlags) => {
      const { runLint } = await import('../commands/lint.ts');
      finish(await runLint(paths, flags, { io, version }));
    });
}
