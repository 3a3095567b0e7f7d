import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { systemCode } from '@xbundle/core';

/** A process, told apart from a later one of the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it was started, as the system says it; empty where it does not. */
  readonly started: string;
}

/** Of this process. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  return { pid: process.pid, started: await startOf(process.pid) };
}

export async function isRunning({ pid, started }: ProcessIdentity): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (systemCode(error) !== 'EPERM') return false;
  }
  return (await startOf(pid)) === started;
}

/**
 * Linux: ticks since boot and the boot's own id (proc(5)); a zombie has ended. macOS: `ps`. Elsewhere nothing is
 * known, and a process of the same number counts as the same.
 */
async function startOf(pid: number): Promise<string> {
  if (process.platform === 'linux') return linuxStart(pid);
  if (process.platform === 'win32') return '';
  const { execa } = await import('execa');
  const { stdout } = await execa('ps', ['-o', 'lstart=', '-p', String(pid)], { reject: false });
  return stdout.trim();
}

async function linuxStart(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in brackets, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return 'ended';
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    return `${boot.trim()}-${fields[19] ?? ''}`;
  } catch {
    return 'gone';
  }
}
