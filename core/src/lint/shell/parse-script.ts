import { forEachChild, parse } from 'unbash';
import type { AndOr, Case, Command, If, SyntaxNode, TestBinaryExpression } from 'unbash';
import type {
  Branch,
  Choice,
  Comparison,
  Guard,
  ShellCommand,
  ShellScript,
  ShellVariable,
} from './script.ts';
import { readCommand } from './read-command.ts';
import { readVariable, wholeVariable } from './read-variable.ts';
import { isPlain, shellWord } from './read-word.ts';

/**
 * Reads a POSIX or bash script; `offset` is where it begins in the file. Never fails: a part that is no shell gives
 * no commands.
 */
export function parseScript(text: string, offset: number): ShellScript {
  const walker: Walker = {
    text,
    offset,
    choices: 0,
    script: { commands: [], variables: [], comparisons: [], choices: [] },
  };
  visit(parse(text), walker, { guards: [], command: -1 });
  return walker.script;
}

interface Building {
  readonly commands: ShellCommand[];
  readonly variables: ShellVariable[];
  readonly comparisons: Comparison[];
  readonly choices: Choice[];
}

interface Walker {
  readonly text: string;
  readonly offset: number;
  choices: number;
  readonly script: Building;
}

/** Where the walk is. */
interface Place {
  readonly guards: readonly Guard[];
  readonly command: number;
}

/** A word without variables, or a decoded backtick script: positions in that are of a text of its own. */
function isInert(node: SyntaxNode): boolean {
  if (node.type === 'Word') return isPlain(node.text);
  return node.type === 'Script' && node.source !== undefined;
}

function visit(node: SyntaxNode, walker: Walker, place: Place): void {
  if (isInert(node)) return;
  switch (node.type) {
    case 'Command':
      visitCommand(node, walker, place);
      return;
    case 'If':
      visitIf(node, walker, place);
      return;
    case 'Case':
      visitCase(node, walker, place);
      return;
    case 'AndOr':
      visitChain(node, walker, place);
      return;
    case 'TestBinary':
      addComparison(node, walker);
      break;
    case 'SimpleExpansion':
    case 'ParameterExpansion':
      addVariable(node, walker, place);
      break;
    default:
      break;
  }
  forEachChild(node, (child) => {
    visit(child, walker, place);
  });
}

function addVariable(
  node: Extract<SyntaxNode, { type: 'SimpleExpansion' | 'ParameterExpansion' }>,
  { script, offset }: Walker,
  { command }: Place,
): void {
  const variable = readVariable(node, { offset, command });
  if (variable !== undefined) script.variables.push(variable);
}

function visitCommand(node: Command, walker: Walker, { guards }: Place): void {
  const { script, offset, text } = walker;
  const index = script.commands.length;
  const command = readCommand(node, { offset, index, guards });
  script.commands.push(command);
  forEachChild(node, (child) => {
    visit(child, walker, { guards, command: index });
  });
  if (['[', 'test'].includes(command.name)) script.comparisons.push(...readTest(command));
  const nested = nestedScript(node, command);
  if (nested !== undefined) visitNested(text.slice(nested.pos, nested.end), nested.pos, walker);
}

/** `a = b`, `a == b` and `a != b` among the arguments of `[`. */
function readTest({ args }: ShellCommand): readonly Comparison[] {
  return args.flatMap((operator, at) => {
    const [left, right] = [args[at - 1], args[at + 1]];
    if (!/^(=|==|!=)$/.test(operator.value) || left === undefined || right === undefined) return [];
    const variable = wholeVariable(left.value);
    if (variable !== undefined) return [{ variable, values: [right] }];
    const mirrored = wholeVariable(right.value);
    return mirrored === undefined ? [] : [{ variable: mirrored, values: [left] }];
  });
}

/** A script for another shell: the heredoc that `bash <<EOF` reads. */
function nestedScript(node: Command, { name }: ShellCommand): { pos: number; end: number } | undefined {
  if (!/^(ba|da|a|k)?sh$/.test(name)) return undefined;
  const heredoc = node.redirects.find((redirect) => redirect.type === 'HereDoc');
  return heredoc?.type === 'HereDoc' && heredoc.delimiter?.quoted === true ? heredoc.body : undefined;
}

function visitNested(text: string, at: number, walker: Walker): void {
  const { commands, comparisons, choices } = parseScript(text, walker.offset + at);
  const { script } = walker;
  const base = script.commands.length;
  script.commands.push(...commands.map((command) => ({ ...command, index: base + command.index })));
  script.comparisons.push(...comparisons);
  script.choices.push(...choices);
}

function visitIf(node: If, walker: Walker, place: Place): void {
  const id = ++walker.choices;
  const arms = [{ clause: node.clause, body: node.then }, ...node.elif.map(toArm)];
  const branches: Branch[] = [];
  for (const { clause, body } of arms) {
    visit(clause, walker, place);
    branches.push(branchOf(clause, body, walker));
  }
  for (const [at, { body }] of arms.entries())
    visit(body, walker, guarded(place, id, branches[at]?.condition ?? ''));
  if (node.else !== undefined) {
    branches.push({
      condition: '',
      conditionSpan: shifted({ pos: node.pos, end: node.pos }, walker),
      body: shifted(node.else, walker),
    });
    // An else branch runs under the negation of all conditions, which name the same variables.
    const conditions = branches.map(({ condition }) => condition).join(' ');
    visit(node.else, walker, guarded(place, id, `! ${conditions}`));
  }
  walker.script.choices.push({ kind: 'if', id, branches, ...shifted(node, walker) });
}

function toArm({ clause, then }: If['elif'][number]): { clause: If['clause']; body: If['then'] } {
  return { clause, body: then };
}

interface Extent {
  readonly pos: number;
  readonly end: number;
}

function shifted({ pos, end }: Extent, { offset }: Walker): { start: number; end: number } {
  return { start: pos + offset, end: end + offset };
}

function branchOf(condition: Extent, body: Extent, walker: Walker): Branch {
  return {
    condition: walker.text.slice(condition.pos, condition.end),
    conditionSpan: shifted(condition, walker),
    body: shifted(body, walker),
  };
}

function guarded(place: Place, choice: number, condition: string): Place {
  return { ...place, guards: [...place.guards, { choice, condition }] };
}

function visitCase(node: Case, walker: Walker, place: Place): void {
  const id = ++walker.choices;
  visit(node.word, walker, place);
  const subject = walker.text.slice(node.word.pos, node.word.end);
  const variable = wholeVariable(node.word.value);
  const branches: Branch[] = [];
  for (const { pattern, body } of node.items) {
    const [first, last] = [pattern[0], pattern.at(-1)];
    if (first === undefined || last === undefined) continue;
    const branch = branchOf({ pos: first.pos, end: last.end }, body, walker);
    branches.push(branch);
    if (variable !== undefined) {
      const values = pattern.map((word) => shellWord(word, walker.offset));
      walker.script.comparisons.push({ variable, values, choice: id });
    }
    visit(body, walker, guarded(place, id, `${subject} = ${branch.condition}`));
  }
  walker.script.choices.push({ kind: 'case', id, branches, ...shifted(node, walker) });
}

/** In `[ … ] && command` the command is guarded by the test; so are those after `grep -q … &&`. */
function visitChain(node: AndOr, walker: Walker, place: Place): void {
  const id = ++walker.choices;
  let now = place;
  for (const [at, command] of node.commands.entries()) {
    visit(command, walker, now);
    const condition = walker.text.slice(command.pos, command.end);
    const isTest = command.type === 'TestCommand' || /^(!\s*)?(\[\[?|test)\s/.test(condition);
    if (isTest) now = guarded(now, id, condition);
    else if (node.operators[at] === '||') now = place;
  }
}

function addComparison({ operator, left, right }: TestBinaryExpression, { script, offset }: Walker): void {
  if (!/^(=|==|!=)$/.test(operator)) return;
  const variable = wholeVariable(left.value);
  const mirrored = wholeVariable(right.value);
  if (variable !== undefined) script.comparisons.push({ variable, values: [shellWord(right, offset)] });
  else if (mirrored !== undefined)
    script.comparisons.push({ variable: mirrored, values: [shellWord(left, offset)] });
}
