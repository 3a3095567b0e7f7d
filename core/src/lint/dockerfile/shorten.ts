/**
 * The text as dockerfile-ast is shown it: of lines in the middle of an instruction one letter is left, of its last
 * line one word. It goes through every character of every instruction to find where they begin and end, and words
 * are read from the file itself afterwards. Lines keep their numbers, and the ends of instructions their columns.
 */
export function shortenContinuations(text: string, escape: string): string {
  if (!text.includes(escape)) return text;
  const ending = new RegExp(`${escape === '\\' ? '\\\\' : escape}[ \\t\\r]*$`);
  let isInside = false;
  return text
    .split('\n')
    .map((line) => {
      if (isComment(line)) return line;
      const continues = line.includes(escape) && ending.test(line);
      const shown = isInside && mayShorten(line) ? shorten(line, continues ? escape : '') : line;
      isInside = continues;
      return shown;
    })
    .join('\n');
}

function shorten(line: string, ending: string): string {
  if (ending !== '') return `x${ending}`;
  const { length } = line.trimEnd();
  return 'x'.repeat(length) + line.slice(length);
}

/** Empty lines count as comments: an instruction goes on after them. */
function isComment(line: string): boolean {
  return /^\s*(#|$)/.test(line);
}

/** A single word may end a heredoc, and `<<` begin one. */
function mayShorten(line: string): boolean {
  return /\S\s+\S/.test(line) && !line.includes('<<');
}
