/** `npm run extension:validate [-- --release]`: what Docker Desktop and a release ask of the extension's packaging. */
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { validateExtension } from './extension-validate/validate.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const problems = await validateExtension(root, process.argv.includes('--release'));
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log('metadata.json, docker-compose.yaml, Dockerfile and its labels are as documented');
