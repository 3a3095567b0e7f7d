import { Command, Option } from 'commander';
import type { ExportFlags } from './commands/export.ts';
import type { ImportFlags } from './commands/import.ts';
import type { InspectFlags } from './commands/inspect.ts';
import type { VerifyFlags } from './commands/verify.ts';
import type { Io } from './io.ts';
import {
  addClientOptions,
  addCommonOptions,
  collectList,
  platformOption,
  type CommonFlags,
} from './options.ts';

/** What commands are given besides their arguments. */
export interface ProgramContext {
  readonly io: Io;
  readonly version: string;
  /** Takes the exit code of a command that ended as it should. */
  readonly finish: (exitCode: number) => void;
}

/** The whole command line: names, options and help. Each command's code is loaded when it runs. */
export function createProgram(context: ProgramContext): Command {
  const { io, version } = context;
  const program = new Command('xbundle')
    .description(
      'Build images for several platforms, prove that every image exists for every\nplatform, carry them across an air gap in one file, and prove that they arrived.',
    )
    .version(version, '-V, --version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, writeErr) => {
        writeErr(text.replace(/^error: /, 'xbundle: '));
      },
    })
    .configureHelp({ helpWidth: 80 })
    .showHelpAfterError('Run the command with --help for its options.')
    .addHelpText('after', EXIT_CODES);
  addExport(program, context);
  addVerify(program, context);
  addImport(program, context);
  addInspect(program, context);
  addLs(program, context);
  return program;
}

const EXIT_CODES = `
Exit codes:
  0 all of it is there   3 incomplete   6 not reached, refused   9 limit
  1 a bug                4 integrity    7 disk                   130 interrupted
  2 usage                5 policy       8 exists or locked`;

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ xbundle ${line}`).join('\n')}`;
}

function addExport(program: Command, { io, version, finish }: ProgramContext): void {
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
    .addOption(
      new Option('--attestations <mode>', 'provenance and SBOM').choices(['keep', 'drop']).default('keep'),
    )
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
      const { runExport } = await import('./commands/export.ts');
      finish(await runExport(images, flags, { io, version }));
    });
}

function addVerify(program: Command, { io, finish }: ProgramContext): void {
  const command = program
    .command('verify')
    .description('check every byte of a bundle, and every cell of its contract and of one given')
    .argument('<bundle>', 'the bundle file, or - for standard input')
    .addOption(platformOption('platforms each image must have'))
    .option('-f, --file <file>', 'a definition whose cells must all be there')
    .option('--quick', 'leave layers unread: structure, sizes and documents only');
  addCommonOptions(command)
    .addHelpText(
      'after',
      examples(
        'verify release.tar',
        'verify release.tar --platform=amd64,arm64 -f xbundle.yaml',
        'verify - --json < release.tar',
      ),
    )
    .action(async (bundle: string, flags: VerifyFlags) => {
      const { runVerify } = await import('./commands/verify.ts');
      finish(await runVerify(bundle, flags, io));
    });
}

function addImport(program: Command, { io, version, finish }: ProgramContext): void {
  const command = program
    .command('import')
    .description('verify a bundle, put its images into a target, and ask the target what it then has')
    .argument('<bundle>', 'the bundle file')
    .option('--to <target>', 'docker, registry:HOST[/PREFIX] or oci:DIR', 'docker')
    .addOption(
      platformOption('native, all, or a list (default: all where the target holds indexes, else native)'),
    )
    .option('--image <name>', 'import only this image', collectList)
    .addOption(
      new Option('--on-existing-tag <action>', 'when a name points to something else')
        .choices(['error', 'skip', 'overwrite'])
        .default('error'),
    )
    .addOption(
      new Option('--arch-tags <mode>', 'set a name for each platform, such as app:v1-arm64')
        .choices(['auto', 'always', 'never'])
        .default('auto'),
    )
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
      const { runImport } = await import('./commands/import.ts');
      finish(await runImport(bundle, flags, { io, version }));
    });
}

function addInspect(program: Command, { io, version, finish }: ProgramContext): void {
  const command = program
    .command('inspect')
    .description('show the tree of a bundle or image: index, platforms, configs, layers, attestations')
    .argument('<bundle-or-image>', 'a bundle file, or an image name')
    .option(
      '--from <source>',
      'for an image: auto, registry, docker, oci:PATH or docker-archive:PATH',
      'auto',
    )
    .option('--raw', "print the manifest's own bytes (of a bundle: xbundle.json)");
  addCommonOptions(addClientOptions(command))
    .addHelpText(
      'after',
      examples('inspect release.tar', 'inspect alpine:3.20 --from registry', 'inspect app:v1 --raw'),
    )
    .action(async (subject: string, flags: InspectFlags) => {
      const { runInspect } = await import('./commands/inspect.ts');
      finish(await runInspect(subject, flags, { io, version }));
    });
}

function addLs(program: Command, { io, finish }: ProgramContext): void {
  const command = program
    .command('ls')
    .description("list a bundle's cells, one on a line")
    .argument('<bundle>', 'the bundle file');
  addCommonOptions(command)
    .addHelpText('after', examples('ls release.tar', 'ls release.tar --json'))
    .action(async (bundle: string, flags: CommonFlags) => {
      const { runLs } = await import('./commands/ls.ts');
      finish(await runLs(bundle, flags, io));
    });
}
