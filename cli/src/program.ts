import { Command } from 'commander';
import { XbundleError } from '@xbundle/core';
import { addBuild } from './program/build.ts';
import { addBuilder } from './program/builder.ts';
import { addCheck } from './program/check.ts';
import type { ProgramContext } from './program/context.ts';
import { addDoctor } from './program/doctor.ts';
import { addExport } from './program/export.ts';
import { addImport } from './program/import.ts';
import { addInspect } from './program/inspect.ts';
import { addLint } from './program/lint.ts';
import { addLs } from './program/ls.ts';
import { addManifest } from './program/manifest.ts';
import { addUi } from './program/ui.ts';
import { addVerify } from './program/verify.ts';

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
    .addHelpText('after', EXIT_CODES)
    .hook('preAction', (_, command) => {
      refuseNothing(command);
    });
  addBuild(program, context);
  addExport(program, context);
  addVerify(program, context);
  addCheck(program, context);
  addLint(program, context);
  addImport(program, context);
  addInspect(program, context);
  addLs(program, context);
  addManifest(program, context);
  addBuilder(program, context);
  addDoctor(program, context);
  addUi(program, context);
  return program;
}

/** A script's unset variable gives an empty value, which is never what was meant. */
function refuseNothing(command: Command): void {
  const empty = command.options.find((option) => command.getOptionValue(option.attributeName()) === '');
  const what = command.args.includes('') ? 'an argument' : empty?.flags;
  if (what === undefined) return;
  throw new XbundleError('USAGE', `${command.name()}: ${what} is nothing. Is a variable unset?`);
}

const EXIT_CODES = `
Exit codes:
  0 all of it is there   3 incomplete   6 not reached, refused   9 limit
  1 a bug                4 integrity    7 disk                   130 interrupted
  2 usage                5 policy       8 exists or locked`;
