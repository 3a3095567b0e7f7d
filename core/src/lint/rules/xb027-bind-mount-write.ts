import type { Mount } from '../stages/mounts.ts';
import { advice, type Found, type Rule } from '../rule.ts';
import type { Run } from '../stages/runs.ts';
import type { ShellCommand } from '../shell/script.ts';

export const bindMountWrite: Rule = {
  id: 'XB027',
  name: 'bind-mount-write',
  severity: 'warning',
  title: 'A step writes to a read-only bind mount',
  documentation:
    '`RUN --mount=type=bind` is read-only, and with `rw` what is written is thrown away. `go mod tidy` and `npm install` write go.sum and package-lock.json, so they fail there, or seem to work until the first change. Keep the lock files right in the repository, and use what only reads them: `go mod download`, `npm ci`.',
  bad: 'FROM golang:1.24\nWORKDIR /src\nRUN --mount=type=bind,target=. go mod tidy && go build -o /app .\n',
  good: 'FROM golang:1.24\nWORKDIR /src\nRUN --mount=type=bind,target=. go mod download && go build -o /app .\n',
  check: ({ runs }) => runs.flatMap((run) => run.script.commands.flatMap((command) => check(command, run))),
};

function check(command: ShellCommand, run: Run): readonly Found[] {
  const files = filesWritten(command);
  const mount = run.mounts.find((each) => isReadOnly(each) && files.some((file) => covers(each, file, run)));
  if (mount === undefined || command.guards.length > 0) return [];
  const verb = command.args.map(({ value }) => value).slice(0, command.name === 'go' ? 2 : 1);
  return [
    {
      span: {
        start: command.nameSpan.start,
        end: command.args[verb.length - 1]?.end ?? command.nameSpan.end,
      },
      message: `${command.name} ${verb.join(' ')} writes to a read-only bind mount`,
      fix: advice(command.name === 'go' ? 'Use go mod download' : 'Use npm ci'),
    },
  ];
}

function filesWritten({ name, args }: ShellCommand): readonly string[] {
  const values = args.map(({ value }) => value);
  if (name === 'go' && values[0] === 'mod' && values[1] === 'tidy') return ['go.mod', 'go.sum'];
  const isInstall = name === 'npm' && /^(install|i)$/.test(values[0] ?? '');
  const leavesLock = values.some((value) =>
    /^(-g|--global|--no-save|--no-package-lock|--prefix)/.test(value),
  );
  return isInstall && !leavesLock ? ['package-lock.json'] : [];
}

function isReadOnly({ type, options }: Mount): boolean {
  const writable = ['rw', 'readwrite'].some((name) => options.has(name) && options.get(name) !== 'false');
  return type === 'bind' && !writable && !options.has('from');
}

/** The file itself, or the folder the step runs in. */
function covers({ target = '' }: Mount, file: string, { stage, instruction }: Run): boolean {
  const name = target.replace(/\/+$/, '');
  if (name === '.' || name === '') return true;
  if (name.split('/').at(-1) === file) return true;
  const workdir = stage.stage.instructions.findLast(
    ({ keyword, start }) => keyword === 'WORKDIR' && start < instruction.start,
  );
  return workdir?.words[0]?.text.replace(/\/+$/, '') === name;
}
