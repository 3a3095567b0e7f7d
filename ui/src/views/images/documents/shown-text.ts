import { printable } from '../../../format/printable.ts';

/** Text of several lines: its ends of lines and tabs stay, all else that cannot be seen is spelled out. */
export function shownText(text: string): string {
  return text
    .split('\n')
    .map((line) => line.split('\t').map(printable).join('\t'))
    .join('\n');
}
