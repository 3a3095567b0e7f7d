import type { LintConfig } from './lint-config.ts';

/** Whether a configuration leaves a file out; `path` is relative to the configuration's folder, with `/`. */
export function isIgnoredFile(path: string, { ignore }: LintConfig): boolean {
  return ignore.some((glob) => toPattern(glob).test(path));
}

/** `*` and `?` within a name, `**` over folders; a name without `/` is one anywhere, a folder is all that is in it. */
function toPattern(glob: string): RegExp {
  const anywhere = glob.replace(/\/$/, '').includes('/') ? '' : '(?:.*/)?';
  const body = glob
    .replace(/^\.?\//, '')
    .replace(/\/$/, '')
    .replace(/[\\^$.+()[\]{}|]/g, '\\$&')
    .replace(/\*\*\/|\*\*|\*|\?/g, (wild) => WILDCARDS[wild] ?? '');
  return new RegExp(`^${anywhere}${body}(?:/.*)?$`);
}

const WILDCARDS: Readonly<Record<string, string>> = {
  '**/': '(?:.*/)?',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
};
