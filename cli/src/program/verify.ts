import type { Command } from 'commander';
import type { VerifyFlags } from '../commands/verify.ts';
import { addCommonOptions, platformOption } from '../options.ts';
import type { ProgramContext } from './context.ts';
import { examples } from './examples.ts';

export function addVerify(program: Command, { io, finish }: ProgramContext): void {
  const command = program
    .command('verify')
    .description('check every byte of a bundle, and every cell of its contract and of one given')
    .argument('<bundle>', 'the bundle file, or - for standard input')
    .addOption(platformOption('platforms each image must have'))
    .option('-f, --file <file>', 'a definition whose cells must all be there')
    .option('--quick', 'leave layers unread: structure, sizes and documents only')
    .option('--deep', 'look into the images as well: whether their programs are for their platforms');
  addCommonOptions(command)
    .addHelpText(
      'after',
      examples(
        'verify release.tar',
        'verify release.tar --deep',
        'verify release.tar --platform=amd64,arm64 -f xbundle.yaml',
        'verify - --json < release.tar',
      ),
    )
    .action(async (bundle: string, flags: VerifyFlags) => {
      const { runVerify } = await import('../commands/verify.ts');
      finish(await runVerify(bundle, flags, io));
    });
}
