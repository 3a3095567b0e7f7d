import { Option, type Command } from 'commander';
import type { ManifestFlags } from '../commands/manifest.ts';
import { addClientOptions, addCommonOptions, platformOption } from '../options.ts';
import type { ProgramContext } from './context.ts';
import { examples } from './examples.ts';

export function addManifest(program: Command, { io, version, finish }: ProgramContext): void {
  const manifest = program
    .command('manifest')
    .description('make the index that several images are one image by');
  const command = addCreateOptions(manifest.command('create'));
  addCommonOptions(addClientOptions(command))
    .addHelpText(
      'after',
      examples(
        'manifest create registry.example/app:v1 -p amd64,arm64',
        'manifest create registry.example/app:v1 -p amd64,arm64 --push',
        'manifest create app:v1 app:v1-amd64 app:v1-arm64 --from docker --into app.tar',
        'manifest create registry.example/app:v1 --from oci:release.tar --push',
      ),
    )
    .action(async (name: string, sources: string[], flags: ManifestFlags) => {
      const { runManifestCreate } = await import('../commands/manifest.ts');
      finish(await runManifestCreate({ name, sources }, flags, { io, version }));
    });
}

function addCreateOptions(command: Command): Command {
  return command
    .description(
      'make an index of arch tags or other images, after checking what each config says; print it where neither --push nor --into is given',
    )
    .argument('<name>', 'the image to make')
    .argument('[source...]', 'images it is made of (default: its arch tags, such as app:v1-arm64)')
    .addOption(platformOption('platforms it must have (default: those of its sources)'))
    .option(
      '--from <source>',
      'registry, docker, oci:PATH (a bundle, too) or docker-archive:PATH',
      'registry',
    )
    .option('--push', "push it to the name's registry, index last")
    .option('--into <file>', 'write it to a bundle')
    .option(
      '--arch-tag-pattern <pattern>',
      'tag of one platform, from {tag} {os} {arch} {variant} {-variant}',
      '{tag}-{arch}{-variant}',
    )
    .addOption(
      new Option('--attestations <mode>', 'provenance and SBOM').choices(['keep', 'drop']).default('keep'),
    )
    .addOption(
      new Option('--on-existing-tag <action>', 'when the pushed name points to something else')
        .choices(['error', 'overwrite'])
        .default('error'),
    )
    .option('--overwrite', 'replace an existing bundle once the new one is whole')
    .option('--jobs <n>', 'blobs moved at once', '8');
}
