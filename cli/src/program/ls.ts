import type { Command } from 'commander';
import { addCommonOptions, type CommonFlags } from '../options.ts';
import type { ProgramContext } from './context.ts';
import { examples } from './examples.ts';

export function addLs(program: Command, { io, finish }: ProgramContext): void {
  const command = program
    .command('ls')
    .description("list a bundle's cells, one on a line")
    .argument('<bundle>', 'the bundle file');
  addCommonOptions(command)
    .addHelpText('after', examples('ls release.tar', 'ls release.tar --json'))
    .action(async (bundle: string, flags: CommonFlags) => {
      const { runLs } = await import('../commands/ls.ts');
      finish(await runLs(bundle, flags, io));
    });
}
