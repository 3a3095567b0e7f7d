/** Options that take the next word, of programs that start another one. */
const WRAPPERS: Readonly<Record<string, readonly string[]>> = {
  catatonit: [],
  'dumb-init': ['-r', '--rewrite'],
  env: ['-u', '--unset', '-C', '--chdir'],
  nice: ['-n', '--adjustment'],
  nohup: [],
  setpriv: [
    ...['--reuid', '--ruid', '--euid', '--regid', '--rgid', '--egid', '--groups'],
    ...['--inh-caps', '--ambient-caps', '--bounding-set', '--securebits', '--pdeathsig'],
  ],
  stdbuf: ['-i', '-o', '-e'],
  tini: ['-p', '-e'],
  'tini-static': ['-p', '-e'],
  'docker-init': ['-p', '-e'],
};

/** Programs whose first word is a user. */
const USER_SWITCHES: ReadonlySet<string> = new Set(['gosu', 'su-exec']);

const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'ash', 'dash', 'zsh', 'ksh', 'busybox']);

/**
 * The command that a wrapper such as tini, gosu, env or `sh -c` starts with these words; undefined where there is none
 * to be seen.
 */
export function wrappedCommand(name: string, rest: readonly string[]): readonly string[] | undefined {
  if (USER_SWITCHES.has(name)) return nonEmpty(rest.slice(1));
  if (SHELLS.has(name)) return shellCommand(rest);
  const valued = Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : undefined;
  return valued === undefined ? undefined : nonEmpty(afterOptions(rest, valued));
}

function afterOptions(words: readonly string[], valued: readonly string[]): readonly string[] {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--') return words.slice(at + 1);
    if (valued.includes(word)) at++;
    // `env NAME=VALUE … command`
    else if (!word.startsWith('-') && !/^[A-Za-z_]\w*=/.test(word)) return words.slice(at);
  }
  return [];
}

function nonEmpty(words: readonly string[]): readonly string[] | undefined {
  return words.length === 0 ? undefined : words;
}

function shellCommand(words: readonly string[]): readonly string[] | undefined {
  const at = words.findIndex((word) => /^-[a-z]*c$/.test(word));
  if (at !== -1) return firstWords(words[at + 1] ?? '');
  const script = words.find((word) => !/^[-+]/.test(word));
  return script?.includes('/') === true ? [script] : undefined;
}

const BUILTINS: ReadonlySet<string> = new Set(
  '. : [ alias break cd command echo eval exit export false if for case while until printf pwd read set shift source test trap true type ulimit umask unset wait {'.split(
    ' ',
  ),
);

/** The first program of a shell line, when it is said in plain words. */
function firstWords(line: string): readonly string[] | undefined {
  const words = line.trim().split(/\s+/);
  while (/^[A-Za-z_]\w*=[^"'$`]*$/.test(words[0] ?? '') || words[0] === 'exec') words.shift();
  const first = words[0] ?? '';
  if (!/^[\w./+-]+$/.test(first) || BUILTINS.has(first)) return undefined;
  return [first];
}
