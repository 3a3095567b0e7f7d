import type { Command } from 'commander';
import type { BuildFlags } from '../commands/build.ts';
import {
  addClientOptions,
  addCommonOptions,
  archCheckOption,
  collectValues,
  platformOption,
} from '../options.ts';
import type { ProgramContext } from './context.ts';
import { examples } from './examples.ts';

export function addBuild(program: Command, { io, version, finish }: ProgramContext): void {
  const command = program
    .command('build')
    .description(
      'build every component for every platform, each cell on its own, and load, push or bundle the result once all of it is there',
    )
    .argument(
      '[target...]',
      'components, targets or groups (default: all); with -t, the context of one Dockerfile',
    );
  addOutputOptions(addWhatOptions(command));
  addHowOptions(command);
  addCommonOptions(addClientOptions(command))
    .addHelpText(
      'after',
      examples(
        'build -f docker-bake.hcl --export release.tar',
        'build web api --platform=amd64,arm64 --load',
        'build . -t registry.example/app:v1 -p amd64,arm64 --push --provenance mode=max',
        'build --only-failed --export release.tar --report build.xml',
      ),
    )
    .action(async (names: string[], flags: BuildFlags) => {
      const { runBuild } = await import('../commands/build.ts');
      finish(await runBuild(names, flags, { io, version }));
    });
}

function addWhatOptions(command: Command): Command {
  return command
    .option(
      '-f, --file <file>',
      'bake or compose files, which are merged, or an xbundle file (default: what the directory has); with -t, the Dockerfile',
      collectValues,
    )
    .option(
      '--set <target.key=value>',
      'change a bake or compose target, as docker buildx bake does',
      collectValues,
    )
    .addOption(
      platformOption('platforms to build (default: those of the definition, else that of the builder)'),
    )
    .option('--cell <component@platform>', 'only this cell, and what it needs', collectValues)
    .option(
      '--stop <component@platform>',
      'build nothing: stop this cell of the build that is under way, and let the others go on',
      collectValues,
    )
    .option('-t, --tag <name>', 'build one Dockerfile under this name', collectValues)
    .option('--build-arg <key=value>', 'with -t: an argument of the Dockerfile', collectValues)
    .option('--build-context <name=value>', 'with -t: a named context', collectValues)
    .option('--label <key=value>', 'with -t: a label of the image', collectValues)
    .option('--secret <fields>', 'with -t: id=ID,src=FILE or id=ID,env=NAME', collectValues)
    .option('--ssh <fields>', 'with -t: default, or ID=PATH', collectValues)
    .option('--target <stage>', 'with -t: the stage to build');
}

function addOutputOptions(command: Command): Command {
  return command
    .option('--load', 'put the images into the Docker Engine')
    .option('--push', 'push the images: platforms by digest, then the index, the tag last')
    .option('--export <file>', 'write one bundle file of all images')
    .option('--overwrite', 'replace an existing bundle once the new one is whole')
    .option('-o, --output <dir>', 'write the files of the images instead: DIR/linux_amd64/…')
    .option('--allow-incomplete', 'load, push and export what is there when cells are missing')
    .option('--provenance <mode>', 'attach provenance: true, mode=min or mode=max')
    .option('--sbom <mode>', 'attach an SBOM: true, or generator=IMAGE')
    .option('--metadata <file>', 'write digests as JSON')
    .option('--report <file>', 'write a report: FILE.json, FILE.md or FILE.xml (JUnit)', collectValues);
}

function addHowOptions(command: Command): Command {
  return command
    .option('--builder <name>', 'the builder to use (default: the current one)')
    .option('--jobs <n>', 'cells built at once (default: two for each processor, 4 to 16)')
    .option('--retry <n>', 'further tries after network errors, busy registries and crashes of QEMU', '1')
    .option('--together', 'build all platforms of a component by one bake: they fail and succeed together')
    .option('--fail-fast', 'stop at the first cell that fails')
    .option('--only-failed', 'keep what the last run has done, and build the rest')
    .option('--no-cache', 'build every step again')
    .option('--pull', 'ask registries for newer base images')
    .option('--no-check', 'neither lint Dockerfiles nor look for what will not work before building')
    .option('--strict', 'build nothing when the linter finds an error')
    .addOption(archCheckOption())
    .option('--dry-run', 'print the cells and their commands, and build nothing');
}
