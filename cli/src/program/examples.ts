/** The end of a command's help: each line is a command line without its `xbundle`. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ xbundle ${line}`).join('\n')}`;
}
