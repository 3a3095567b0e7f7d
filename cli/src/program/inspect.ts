import type { Command } from 'commander';
import type { InspectFlags } from '../commands/inspect-subject.ts';
import { addClientOptions, addCommonOptions, platformOption } from '../options.ts';
import type { ProgramContext } from './context.ts';
import { examples } from './examples.ts';

export function addInspect(program: Command, { io, version, finish }: ProgramContext): void {
  const command = program
    .command('inspect')
    .description('show the tree of a bundle or image: index, platforms, configs, layers, attestations')
    .argument('<bundle-or-image>', 'a bundle file, or an image name')
    .option(
      '--from <source>',
      'for an image: auto, registry, docker, oci:PATH or docker-archive:PATH',
      'auto',
    )
    .addOption(platformOption('with --check: the platforms it must have'))
    .option('--check', 'end with exit code 3 unless every platform is there, with all of its documents')
    .option('--raw', "print the manifest's own bytes (of a bundle: xbundle.json)");
  addCommonOptions(addClientOptions(command))
    .addHelpText(
      'after',
      examples(
        'inspect release.tar',
        'inspect alpine:3.20 --from registry',
        'inspect app:v1 --check --platform amd64,arm64',
        'inspect app:v1 --raw',
      ),
    )
    .action(async (subject: string, flags: InspectFlags) => {
      const run =
        flags.check === true || flags.platform !== undefined
          ? (await import('../commands/inspect-check.ts')).checkPlatforms
          : (await import('../commands/inspect.ts')).runInspect;
      finish(await run(subject, flags, { io, version }));
    });
}
