import { readFileSync } from 'node:fs';
import process from 'node:process';

/**
 * Says why tests are skipped. In CI, on a Debian system and as root, all that they need can be had: there a skip
 * is an error.
 */
export function skipBecause(reason: string): void {
  console.warn(`skipped: ${reason}`);
  if (process.env['CI'] === 'true' && isRoot() && isDebian()) {
    throw new Error(`nothing may be skipped here, and: ${reason}`);
  }
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function isDebian(): boolean {
  try {
    return /^ID="?debian"?$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}
