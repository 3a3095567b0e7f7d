const PLAIN = /^[\w@%+=:,./-]+$/;

/** An argument vector as a line that a POSIX shell reads back as the same vector: to be copied, never to be run. */
export function formatCommand(args: readonly string[]): string {
  return args.map((each) => (PLAIN.test(each) ? each : `'${each.replaceAll("'", `'\\''`)}'`)).join(' ');
}
