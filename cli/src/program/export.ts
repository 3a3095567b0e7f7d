import { Option, type Command } from 'commander';
import type { ExportFlags } from '../commands/export.ts';
import { addClientOptions, archCheckOption, addCommonOptions, platformOption } from '../options.ts';
import type { ProgramContext } from './context.ts';
import { examples } from './examples.ts';

export function addExport(program: Command, { io, version, finish }: ProgramContext): void {
  const command = program
    .command('export')
    .description('write images to one bundle file, or say which cells are missing and write nothing')
    .argument('[image...]', 'image names')
    .option(
      '-f, --file <file>',
      'read images and platforms from xbundle.yaml, a list, a compose or a bake file',
    )
    .addOption(platformOption('platforms each image must have (default: all that its source offers)'))
    .option('-o, --output <file>', 'the bundle to write, or - for standard output')
    .option('--from <source>', 'auto, registry, docker, oci:PATH or docker-archive:PATH', 'auto')
    .option(
      '--arch-tag-pattern <pattern>',
      'tag of one platform, from {tag} {os} {arch} {variant} {-variant}',
      '{tag}-{arch}{-variant}',
    )
    .option('--no-arch-tags', 'leave the arch tags out: the bundle then loads only where indexes can be held')
    .addOption(attestationsOption())
    .addOption(archCheckOption())
    .option('--allow-incomplete', 'write a bundle that lacks cells, and says so inside')
    .option('--overwrite', 'replace an existing file once the new one is whole')
    .option('--jobs <n>', 'blobs fetched at once', '8')
    .option('--dry-run', 'print what would be exported, and write nothing');
  addCommonOptions(addClientOptions(command))
    .addHelpText(
      'after',
      examples(
        'export --platform=amd64,arm64 -f xbundle.yaml -o release.tar',
        'export alpine:3.20 -p amd64,arm/v7 --from registry -o alpine.tar',
        'export app:v1 db:v1 --from docker -o release.tar',
        'export app:v1 -p amd64,arm64 -o - | ssh site xbundle verify -',
      ),
    )
    .action(async (images: string[], flags: ExportFlags) => {
      const { runExport } = await import('../commands/export.ts');
      finish(await runExport(images, flags, { io, version }));
    });
}

function attestationsOption(): Option {
  return new Option('--attestations <mode>', 'provenance and SBOM').choices(['keep', 'drop']).default('keep');
}
