import type { ParameterExpansionPart, SimpleExpansionPart } from 'unbash';
import type { ShellVariable } from './script.ts';

export interface VariablePlace {
  readonly offset: number;
  readonly command: number;
}

/** A variable by name; positional and special parameters are none. */
export function readVariable(
  part: SimpleExpansionPart | ParameterExpansionPart,
  { offset, command }: VariablePlace,
): ShellVariable | undefined {
  const span = { start: part.pos + offset, end: part.end + offset };
  if (part.type === 'SimpleExpansion') {
    const name = part.text.slice(1);
    if (!/^[A-Za-z_]/.test(name)) return undefined;
    return { ...span, name, nameSpan: { start: span.start + 1, end: span.end }, command };
  }
  const { parameter, parameterPos, parameterEnd, operation, prefix } = part;
  if (!/^[A-Za-z_]\w*$/.test(parameter) || prefix !== undefined) return undefined;
  return {
    ...span,
    name: parameter,
    nameSpan: { start: parameterPos + offset, end: parameterEnd + offset },
    command,
    ...(operation !== undefined && { operator: operation.operator }),
    ...(operation?.type === 'Default' &&
      /[-=]/.test(operation.operator) && { fallback: operation.operand.text }),
  };
}

/** The name where a word is one variable and nothing else. */
export function wholeVariable(value: string): string | undefined {
  const [, plain, braced] = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})$/.exec(value) ?? [];
  return plain ?? braced;
}
