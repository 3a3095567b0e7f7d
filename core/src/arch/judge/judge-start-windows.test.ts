import { describe, expect, it } from 'vitest';
import { elfFor, peBytes } from '../../testing/images/arch-binaries.ts';
import { judge, told, type Files } from '../../testing/judge-files.ts';
import type { RunConfig } from '../start/run-config.ts';

describe('the start path on Windows', () => {
  const own = peBytes(0x8664);
  const foreign = peBytes(0xaa64);

  it.each([
    ['a program for its processor', own, []],
    ['.NET code without a processor in it', peBytes(0x14c, { corFlags: 1 }), []],
    ['a program for another processor', foreign, ['T1 error start-program /app.exe']],
    ['a program for Linux', elfFor('amd64'), ['T1 error start-program /app.exe']],
  ])('has what is right for %s', (_, program, expected) => {
    const options = { platform: 'windows/amd64', config: { cmd: ['/app.exe'] } };
    expect(told(judge([{ 'app.exe': program }], options))).toEqual(expected);
  });

  const shell = { 'Files/Windows/System32/cmd.exe': own };
  const powershell = { 'Files/Windows/System32/WindowsPowerShell/v1.0/powershell.exe': own };

  it.each<[string, Files, Partial<RunConfig>, string | undefined]>([
    [
      'by its path on drive C, whatever its case',
      { 'Files/App/Server.exe': foreign },
      { cmd: ['c:\\app\\SERVER.EXE'] },
      '/Files/App/Server.exe',
    ],
    [
      'without its extension',
      { 'Files/app/server.exe': foreign },
      { cmd: ['C:/app/server'] },
      '/Files/app/server.exe',
    ],
    [
      'with an extension of PATHEXT, in its order',
      { 'Files/app/run.com': own, 'Files/app/run.exe': foreign },
      { cmd: ['C:\\app\\run'], environment: ['PathExt=.EXE;.COM'] },
      '/Files/app/run.exe',
    ],
    [
      'below the working directory',
      { 'Files/srv/bin/run.exe': foreign },
      { cmd: ['bin\\run.exe'], workingDirectory: 'C:\\srv' },
      '/Files/srv/bin/run.exe',
    ],
    [
      'in the working directory before PATH',
      { 'Files/srv/run.exe': foreign, 'Files/tools/run.exe': own },
      { cmd: ['run'], workingDirectory: 'C:\\srv', environment: ['PATH=C:\\tools'] },
      '/Files/srv/run.exe',
    ],
    [
      'in PATH, split at semicolons',
      { 'Files/Program Files/nodejs/node.exe': foreign },
      { cmd: ['node', 'x.js'], environment: ['Path=C:\\Windows;C:\\Program Files\\nodejs\\'] },
      '/Files/Program Files/nodejs/node.exe',
    ],
    [
      'in the folder of the system, whatever PATH says',
      { 'Files/Windows/System32/tool.exe': foreign },
      { cmd: ['tool'], environment: ['PATH=C:\\x'] },
      '/Files/Windows/System32/tool.exe',
    ],
    [
      'after cmd',
      { ...shell, 'Files/app/x.exe': foreign },
      { cmd: ['cmd', '/S', '/C', '"C:\\app\\x.exe" --flag'] },
      '/Files/app/x.exe',
    ],
    [
      'after cmd, with a blank in its path',
      { ...shell, 'Files/my app/x.exe': foreign },
      { cmd: ['cmd', '/C', 'C:\\my app\\x.exe', '--flag'] },
      '/Files/my app/x.exe',
    ],
    [
      'in a shell line, which is one text with its quotes',
      { ...shell, 'Files/my app/x.exe': foreign },
      { cmd: ['cmd /S /C "C:\\my app\\x.exe" --flag'], argsEscaped: true },
      '/Files/my app/x.exe',
    ],
    [
      'after PowerShell and its settings',
      { ...powershell, 'Files/app/x.exe': foreign },
      {
        entrypoint: ['powershell', '-Command', "$ErrorActionPreference = 'Stop'; & C:\\app\\x.exe -a"],
        cmd: [],
        environment: [],
      },
      '/Files/app/x.exe',
    ],
    [
      'of the health check',
      { ...shell, 'Files/ask.exe': foreign },
      { cmd: [], healthcheck: ['CMD-SHELL', 'C:\\ask.exe || exit 1'] },
      '/Files/ask.exe',
    ],
    [
      'the shell of a health check',
      { 'Files/Windows/System32/cmd.exe': foreign },
      { cmd: [], healthcheck: ['CMD-SHELL', 'exit 0'] },
      '/Files/Windows/System32/cmd.exe',
    ],
    ['never on another drive', { 'Files/app/x.exe': foreign }, { cmd: ['D:\\app\\x.exe'] }, undefined],
    [
      'never by a path out of the drive',
      { 'x.exe': foreign, 'Files/y': own },
      { cmd: ['C:\\..\\x.exe'] },
      undefined,
    ],
  ])('finds a program %s', (...[, files, config, path]) => {
    const { findings } = judge([files], { platform: 'windows/amd64', config });
    expect(findings.map((finding) => finding.path)).toEqual(path === undefined ? [] : [path]);
  });
});
