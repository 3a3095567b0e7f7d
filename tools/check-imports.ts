/**
 * Checks which file may import which: `node tools/run.mjs tools/check-imports.ts [ROOT]`. Prints every chain
 * that breaks a rule of CONTRIBUTING.md and ends with exit code 1 when there is one.
 */
import { fileURLToPath } from 'node:url';
import process from 'node:process';
import { checkImports } from './check-imports/check.ts';

const root = process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url));
const problems = await checkImports(root);
for (const problem of problems) process.stderr.write(`${problem}\n\n`);
if (problems.length > 0) {
  process.stderr.write(`${problems.length} imports break a rule (CONTRIBUTING.md, "Imports")\n`);
  process.exitCode = 1;
}
