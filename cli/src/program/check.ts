import type { Command } from 'commander';
import type { CheckFlags } from '../commands/check.ts';
import { addClientOptions, addCommonOptions, platformOption } from '../options.ts';
import type { ProgramContext } from './context.ts';
import { examples } from './examples.ts';

export function addCheck(program: Command, { io, version, finish }: ProgramContext): void {
  const command = program
    .command('check')
    .description('look into images: whether the programs in them are for their platforms')
    .argument('<image-or-file>', 'an image name, a bundle, an archive or an OCI layout')
    .addOption(platformOption('only these platforms (default: all)'))
    .option(
      '--from <source>',
      'for an image: auto, registry, docker, oci:PATH or docker-archive:PATH',
      'auto',
    )
    .option('--quick', 'compare documents only, and read no layer')
    .option('--deep-archives', 'look for native libraries within jars and wheels too')
    .option('--strict', 'fail for warnings too, and where nothing could be looked into')
    .option('--allow-file <file>', 'JSON: [{"path": "opt/**", "arch": "amd64", "reason": "…"}]');
  addCommonOptions(addClientOptions(command))
    .addHelpText(
      'after',
      examples(
        'check app:v1',
        'check app:v1 --from registry -p arm64 --strict',
        'check release.tar --json',
        'check app:v1 --from oci:./layout',
      ),
    )
    .action(async (subject: string, flags: CheckFlags) => {
      const { runCheck } = await import('../commands/check.ts');
      finish(await runCheck(subject, flags, { io, version }));
    });
}
