import type { Script } from './binary.ts';

/** Linux reads no more of the first line (BINPRM_BUF_SIZE). */
const LINE_BYTES = 256;

/** Parses `#!interpreter [argument]` as Linux does; undefined for what does not start so. */
export function parseShebang(prefix: Uint8Array): Script | undefined {
  if (prefix[0] !== 0x23 || prefix[1] !== 0x21) return undefined;
  const start = Buffer.from(prefix.subarray(2, LINE_BYTES)).toString('latin1');
  const line = (start.split('\n')[0] ?? '').replace(/\r$/, '');
  const [, interpreter, argument] = /^[ \t]*([^ \t\0]+)(?:[ \t]+([^\0]*?))?[ \t]*(?:\0|$)/.exec(line) ?? [];
  if (interpreter === undefined) return undefined;
  return { format: 'script', interpreter, ...(argument !== undefined && argument !== '' && { argument }) };
}
