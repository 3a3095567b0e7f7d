import type { Command } from 'commander';
import type { DoctorFlags } from '../commands/doctor.ts';
import { addClientOptions, collectValues, platformOption } from '../options.ts';
import type { ProgramContext } from './context.ts';
import { examples } from './examples.ts';

export function addDoctor(program: Command, { io, version, finish }: ProgramContext): void {
  const command = program
    .command('doctor')
    .description('say what will not work before a build, and mend it: engine, builder, emulation, images')
    .addOption(platformOption('platforms to build for (default: those of the definition, else amd64,arm64)'))
    .option(
      '-f, --file <file>',
      'a bake, compose or xbundle file whose base images and registries are looked at',
      collectValues,
    )
    .option('--builder <name>', 'the builder to look at (default: the current one)')
    .option('-o, --output <dir>', 'where bundles are written to (default: the current directory)')
    .option('--online', 'ask registries whether they know the login')
    .option('--fix', 'run the safe commands among those that mend: each is shown first')
    .option('--binfmt-image <image>', 'the image that installs emulators', 'tonistiigi/binfmt')
    .option(
      '--binfmt-dir <dir>',
      "where the engine's kernel shows its emulators (default: /proc/sys/fs/binfmt_misc, where the engine runs here)",
    )
    .option('--json', 'print one JSON document on stdout')
    .option('-q, --quiet', 'print errors only');
  addClientOptions(command)
    .addHelpText(
      'after',
      examples(
        'doctor',
        'doctor -f docker-bake.hcl --platform=amd64,arm64',
        'doctor --fix --binfmt-image registry:5000/tonistiigi/binfmt',
      ),
    )
    .action(async (flags: DoctorFlags) => {
      const { runDoctor } = await import('../commands/doctor.ts');
      finish(await runDoctor(flags, { io, version }));
    });
}
