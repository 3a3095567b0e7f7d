import { standing } from '../compilers/environment.ts';
import type { LintContext } from '../context.ts';
import { advice, type Found, type Rule } from '../rule.ts';
import type { Run } from '../stages/runs.ts';
import { withParents } from '../stages/stage-facts.ts';
import { expectsUnset } from '../scope/unset-variables.ts';
import { readsScript } from '../shell/assigned-names.ts';
import type { ShellAssignment, ShellCommand } from '../shell/script.ts';

export const envLostBetweenRun: Rule = {
  id: 'XB022',
  name: 'env-lost-between-run',
  severity: 'warning',
  title: 'A variable is set in one RUN and read in another',
  documentation:
    'Every RUN step is a shell of its own: what one exports is gone in the next, where the variable is empty. A file that is written in one step and read with `. /env` in the next keeps it, but a program started after that sees only variables that are exported: write `export GOARCH=…` into the file. Otherwise use one RUN, or ENV.',
  bad: 'FROM golang:1.24\nARG TARGETARCH\nRUN export BIN_ARCH=$(echo $TARGETARCH | tr a-z A-Z)\nRUN echo "$BIN_ARCH" > /arch\n',
  good: 'FROM golang:1.24\nARG TARGETARCH\nRUN export BIN_ARCH=$(echo $TARGETARCH | tr a-z A-Z) && echo "$BIN_ARCH" > /arch\n',
  check: (context) => [
    ...context.runs.flatMap((run) => checkLost(run, context)),
    ...context.runs.flatMap((run) => checkSourced(run, context)),
  ],
};

/** Variables that every shell has. */
const ALWAYS_SET = /^(PATH|HOME|PWD|OLDPWD|USER|HOSTNAME|SHLVL|IFS|TERM|LANG|SHELL|LC_\w+)$/;

function earlierRuns(run: Run, { runs }: LintContext): readonly Run[] {
  const chain = withParents(run.stage);
  return runs.filter((each) => chain.includes(each.stage) && each.instruction.start < run.instruction.start);
}

function checkLost(run: Run, context: LintContext): readonly Found[] {
  const unset = context
    .unsetIn(run)
    .filter((variable) => !ALWAYS_SET.test(variable.name) && !expectsUnset(variable));
  const seen = new Set<string>();
  return unset.flatMap(({ name, start, end }) => {
    const isSetBefore = earlierRuns(run, context).some((earlier) => exportsName(earlier, name));
    if (!isSetBefore || seen.has(name)) return [];
    seen.add(name);
    return [
      {
        span: { start, end },
        message: `${name} is set in one RUN and read in another; RUN steps do not share variables`,
        fix: advice('Put both into one RUN, or use ENV'),
      },
    ];
  });
}

function exportsName({ script }: Run, name: string): boolean {
  return script.commands.some((command) => standing(command).some((each) => each.name === name));
}

/** Variables that programs read from their environment. */
const READ_BY_PROGRAMS =
  /^(GO(ARCH|OS|ARM|AMD64|FLAGS|PROXY)|CGO_\w+|CC|CXX|CARGO_\w+|RUSTFLAGS|CFLAGS|LDFLAGS)$/;

/** `echo "GOARCH=$GOARCH" > /env`, then `. /env && go build`. */
function checkSourced(run: Run, context: LintContext): readonly Found[] {
  return run.script.commands.filter(readsScript).flatMap((command) => {
    const file = command.args[0]?.value;
    if (file === undefined || /\bset -\w*a|allexport/.test(run.text)) return [];
    const written = [...earlierRuns(run, context), run].flatMap((each) => linesWritten(each, file));
    const plain = written.filter(
      ({ name }) =>
        READ_BY_PROGRAMS.test(name) &&
        !new RegExp(`\\$\\{?${name}\\b|\\bexport\\b[^;&|]*\\b${name}\\b`).test(run.text),
    );
    const [first] = plain;
    return first === undefined ? [] : [describeSourced(command, file, first)];
  });
}

function describeSourced({ start, end }: ShellCommand, file: string, { name }: ShellAssignment): Found {
  return {
    span: { start, end },
    message: `${file} sets ${name} without "export", so programs started after it do not see it`,
    fix: advice(`Write "export ${name}=…" into ${file}`),
  };
}

function linesWritten({ script }: Run, file: string): readonly ShellAssignment[] {
  return script.commands
    .filter(({ name, outputs }) => name === 'echo' && outputs.some(({ value }) => value === file))
    .flatMap(({ args }) => {
      const [matched, name] = /^([A-Za-z_]\w*)=/.exec(args[0]?.value ?? '') ?? [];
      const word = args[0];
      return matched === undefined || name === undefined || word === undefined
        ? []
        : [{ name, start: word.start, end: word.end }];
    });
}
