import { Lexer, LineCounter, Parser, type CST } from 'yaml';
import { XbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';

/** The syntax of a YAML text, not yet composed into values. */
export interface YamlTokens {
  readonly tokens: readonly CST.Token[];
  readonly lines: LineCounter;
}

/**
 * Splits a YAML text into syntax tokens and refuses with LIMIT_EXCEEDED, at the first one too many, what the
 * composer cannot bear: deep nesting ends it in a crash of the process that nothing catches, and many anchors
 * or tokens keep it busy for minutes.
 */
export function readYamlTokens(text: string, file: string): YamlTokens {
  const lexemes = readLexemes(text, file);
  const lines = new LineCounter();
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  for (const lexeme of lexemes) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > LIMITS.jsonDepth)
      throw tooMuch(file, `nested deeper than ${LIMITS.jsonDepth} levels`);
  }
  tokens.push(...parser.end());
  return { tokens, lines };
}

function readLexemes(text: string, file: string): readonly string[] {
  const lexemes: string[] = [];
  let aliases = 0;
  for (const lexeme of new Lexer().lex(text)) {
    lexemes.push(lexeme);
    if (lexeme.startsWith('*') || lexeme.startsWith('&')) aliases++;
    if (lexemes.length > LIMITS.yamlTokens) throw tooMuch(file, `more than ${LIMITS.yamlTokens} tokens`);
    if (aliases > LIMITS.yamlAliases)
      throw tooMuch(file, `more than ${LIMITS.yamlAliases} anchors and aliases`);
  }
  return lexemes;
}

function tooMuch(file: string, what: string): XbundleError {
  return new XbundleError('LIMIT_EXCEEDED', `reading ${file}: ${what}`);
}
