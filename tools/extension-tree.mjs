/**
 * Puts together what the extension's image holds: `node tools/extension-tree.mjs DIRECTORY [BUILT]`, from what
 * `npm run build` made here, or in a copy of the workspace at BUILT. Used by the Dockerfile, and by whoever builds
 * outside of it (`--build-context build=…`).
 */
import { chmod, cp, mkdir, rm, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const [directory, built = '.'] = process.argv.slice(2);
if (directory === undefined) throw new Error('usage: node tools/extension-tree.mjs DIRECTORY');

const root = fileURLToPath(new URL('..', import.meta.url));
const out = resolve(directory);
const workspace = built === '.' ? root : resolve(built);

/** What is built, and where it lies in the image. */
const PARTS = [
  ['cli/bin', 'app/cli/bin'],
  ['cli/dist', 'app/cli/dist'],
  ['cli/package.json', 'app/cli/package.json'],
  ['backend/bin', 'app/backend/bin'],
  ['backend/dist', 'app/backend/dist'],
  ['backend/package.json', 'app/backend/package.json'],
  ['LICENSE', 'app/LICENSE'],
  ['ui/dist', 'ui'],
  ['metadata.json', 'metadata.json'],
  ['docker-compose.yaml', 'docker-compose.yaml'],
  ['xbundle.svg', 'xbundle.svg'],
];

await rm(out, { recursive: true, force: true });
for (const [from = '', to = ''] of PARTS) {
  const source = /\b(?:bin|dist)\b/.test(from) ? workspace : root;
  await cp(join(source, from), join(out, to), { recursive: true });
}
// The page is in the image once, where Docker Desktop looks for it.
await rm(join(out, 'app/cli/dist/ui'), { recursive: true, force: true });
await chmod(join(out, 'app/cli/bin/xbundle.js'), 0o755);
await mkdir(join(out, 'usr/local/bin'), { recursive: true });
await symlink('/app/cli/bin/xbundle.js', join(out, 'usr/local/bin/xbundle'));
