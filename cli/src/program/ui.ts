import type { Command } from 'commander';
import type { UiFlags } from '../commands/ui.ts';
import type { ProgramContext } from './context.ts';
import { examples } from './examples.ts';

export function addUi(program: Command, { io, version, finish }: ProgramContext): void {
  const ui = program
    .command('ui')
    .description('open the page of the Docker Desktop extension in a browser, without Docker Desktop')
    .option('--dir <dir>', 'the folder with projects and bundles; nothing outside it is shown', '.')
    .option('--port <n>', 'the port on 127.0.0.1 (default: a free one)', '0')
    .option('--no-open', 'print the address, and open no browser')
    .usage('[options]')
    .addHelpText('after', examples('ui', 'ui --dir ~/projects --port 8080 --no-open'))
    .action(async (flags: UiFlags) => {
      const { runUi } = await import('../commands/ui.ts');
      finish(await runUi(flags, { io, version }));
    });
  // For the page's server and the extension: not part of what a person types.
  ui.command('supervise <folder>', { hidden: true }).action(async (folder: string) => {
    const { supervise } = await import('@xbundle/backend');
    await supervise(folder);
  });
  ui.command('detect <dir>', { hidden: true }).action(async (directory: string) => {
    const { runDetect } = await import('../commands/ui.ts');
    finish(await runDetect(directory, io));
  });
}
