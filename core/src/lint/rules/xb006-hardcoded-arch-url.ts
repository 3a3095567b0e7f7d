import { findArchitectures } from '../architectures.ts';
import { isForOneArchitecture, type LintContext } from '../context.ts';
import { isForSomePlatforms, asksForPlatform } from '../compilers/environment.ts';
import { advice, type Edit, type Found, type Rule } from '../rule.ts';
import type { StageFacts } from '../stages/stage-facts.ts';

export const hardcodedArchUrl: Rule = {
  id: 'XB006',
  name: 'hardcoded-arch-url',
  severity: 'error',
  title: 'A download is fixed to one architecture',
  documentation:
    "A URL with one architecture in it fetches the same file for every platform; on the others the program does not start, or starts slowly under emulation on developers' machines and fails in production. Put TARGETARCH into the URL, or map it where the project uses other names (`x86_64`, `aarch64`), with `*) exit 1` for what is not known. Downloads in a branch for one platform, or for macOS and Windows, are left alone. An error where a platform that was asked for differs, else a warning.",
  bad: 'FROM debian:13\nARG TARGETARCH\nRUN curl -fsSLo /usr/bin/tini https://example.com/tini-amd64 && chmod +x /usr/bin/tini\n',
  good: 'FROM debian:13\nARG TARGETARCH\nRUN curl -fsSLo /usr/bin/tini https://example.com/tini-${TARGETARCH} && chmod +x /usr/bin/tini\n',
  example: { platforms: ['linux/amd64', 'linux/arm64'] },
  check: (context) => [
    ...context.commands
      .filter(({ command }) => /^(curl|wget|aria2c)$/.test(command.name) && !isForSomePlatforms(command))
      .flatMap(({ command, run }) =>
        command.args.flatMap((word) =>
          checkUrl({ ...word, quoted: word.hasSingleQuotes }, run.stage, context),
        ),
      ),
    ...context.stages.flatMap((stage) =>
      stage.stage.instructions
        .filter(({ keyword }) => keyword === 'ADD')
        .flatMap(({ words }) => words.slice(0, -1))
        .flatMap((word) => checkUrl({ ...word, quoted: false }, stage, context)),
    ),
  ],
};

interface UrlWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
}

const URL_START = /(?:https?|ftp):\/\//;

function checkUrl(word: UrlWord, stage: StageFacts, context: LintContext): readonly Found[] {
  if (!URL_START.test(word.text) || isForOneArchitecture(stage)) return [];
  const pathStart = word.text.search(/(?<=:\/\/[^/]*)\//);
  const path = pathStart === -1 ? '' : word.text.slice(pathStart);
  if (/darwin|macos|osx|windows|win(32|64)|\.(exe|dmg|msi)\b/i.test(path)) return [];
  const named = findArchitectures(withoutVariables(path));
  const architectures = new Set(named.map(({ architecture }) => architecture));
  const [first] = named;
  if (first === undefined || architectures.size !== 1 || asksForArchitecture(path)) return [];
  const severity = context.fixedTo(first.architecture);
  if (severity === undefined) return [];
  return [
    {
      span: { start: word.start, end: word.end },
      severity,
      message: `This download is fixed to ${first.text}`,
      fix: fixOf(word, pathStart, named),
    },
  ];
}

const SUBSTITUTION = /\$\([^()]*\)|`[^`]*`/g;

/** As long as before, so that indexes stay. */
function withoutVariables(path: string): string {
  return path
    .replace(SUBSTITUTION, (match) => '-'.repeat(match.length))
    .replace(/\$\{[^}]*\}|\$\w+/g, (match) => '_'.repeat(match.length).replace(/^_|_$/g, '-'));
}

/** A variable or substitution that tells the architecture already; one within another may be anything. */
function asksForArchitecture(path: string): boolean {
  if (/\$\{?\w*(arch|platform|machine|target|cpu)/i.test(path)) return true;
  return (
    (path.match(SUBSTITUTION) ?? []).some(asksForPlatform) || /\$\(/.test(path.replace(SUBSTITUTION, ''))
  );
}

function fixOf(word: UrlWord, pathStart: number, named: ReturnType<typeof findArchitectures>): Found['fix'] {
  const title = 'Put TARGETARCH into the URL';
  const isPlain = named.every(({ architecture, text }) => architecture === text);
  if (!isPlain || word.quoted) return advice(`${title}, mapped to the names that this project uses`);
  const edits = named.map(({ index, text }): Edit => {
    const start = word.start + pathStart + index;
    return { start, end: start + text.length, text: '${TARGETARCH}' };
  });
  return { kind: 'suggested', title: `${title} (and declare ARG TARGETARCH)`, edits };
}
