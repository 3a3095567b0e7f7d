import { Option, type Command } from 'commander';
import type { ImportFlags } from '../commands/import.ts';
import { addClientOptions, addCommonOptions, collectList, platformOption } from '../options.ts';
import type { ProgramContext } from './context.ts';
import { examples } from './examples.ts';

export function addImport(program: Command, { io, version, finish }: ProgramContext): void {
  const command = program
    .command('import')
    .description('verify a bundle, put its images into a target, and ask the target what it then has')
    .argument('<bundle>', 'the bundle file')
    .option('--to <target>', 'docker, registry:HOST[/PREFIX] or oci:DIR', 'docker')
    .addOption(
      platformOption('native, all, or a list (default: all where the target holds indexes, else native)'),
    )
    .option('--image <name>', 'import only this image', collectList)
    .addOption(onExistingTagOption())
    .addOption(archTagsOption())
    .option('--allow-incomplete', 'import what is there of a bundle or selection that lacks cells')
    .option('--dry-run', 'print what would be done, and change nothing')
    .option('--receipt <file>', 'write the receipt as JSON to this file')
    .option('--jobs <n>', 'blobs moved at once', '8');
  addCommonOptions(addClientOptions(command))
    .addHelpText(
      'after',
      examples(
        'import release.tar',
        'import release.tar --to registry:site:5000/apps --receipt site.json',
        'import release.tar --platform all --on-existing-tag overwrite',
        'import release.tar --to oci:./layout --image app:v1',
      ),
    )
    .action(async (bundle: string, flags: ImportFlags) => {
      const { runImport } = await import('../commands/import.ts');
      finish(await runImport(bundle, flags, { io, version }));
    });
}

function onExistingTagOption(): Option {
  return new Option('--on-existing-tag <action>', 'when a name points to something else')
    .choices(['error', 'skip', 'overwrite'])
    .default('error');
}

function archTagsOption(): Option {
  return new Option('--arch-tags <mode>', 'set a name for each platform, such as app:v1-arm64')
    .choices(['auto', 'always', 'never'])
    .default('auto');
}
