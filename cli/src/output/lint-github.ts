import type { Finding } from '@xbundle/core';

const COMMANDS = { error: 'error', warning: 'warning', info: 'notice' } as const;

/** Workflow commands of GitHub Actions, which show each finding at its line of a pull request. */
export function formatLintGithub(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ rule, severity, message, file, range: { start, end }, fix }) => {
    const properties = {
      file: file.replaceAll('\\', '/'),
      line: String(start.line),
      endLine: String(end.line),
      ...(start.line === end.line && { col: String(start.column), endColumn: String(end.column) }),
      title: rule,
    };
    const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
    const text = fix === undefined ? message : `${message}\n${fix.title}`;
    return `::${COMMANDS[severity]} ${list.join(',')}::${escapeData(text)}`;
  });
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
