/**
 * A bridge for each engine. `"bridge": "none"` would be enough for the tests but makes dockerd delete the
 * `docker0` of an engine that already runs on this machine.
 */
import { z } from 'zod';
import type { CommandOptions } from './run.ts';
import { run } from './run.ts';

/** 198.18.0.0/15 is set aside for benchmarks of networks (RFC 2544), so hardly anything routes to it. */
const subnetCount = 512;

const routesSchema = z.array(z.object({ dst: z.string() }));

/** Creates a bridge with a subnet which nothing on this machine routes to; its estate removes it by name. */
export async function createBridge(name: string, options: CommandOptions): Promise<void> {
  const subnet = chooseSubnet(await routedNetworks(options));
  await run('ip', ['link', 'add', name, 'type', 'bridge'], options);
  await run('ip', ['addr', 'add', `${subnet.replace(/0$/, '1')}/24`, 'dev', name], options);
  await run('ip', ['link', 'set', name, 'up'], options);
}

async function routedNetworks(options: CommandOptions): Promise<readonly string[]> {
  const { stdout } = await run('ip', ['-json', '-4', 'route', 'show', 'table', 'all'], options);
  return routesSchema.parse(JSON.parse(stdout === '' ? '[]' : stdout)).map((route) => route.dst);
}

/** From a random start, so that two copies of the suite which look at the same time choose differently. */
function chooseSubnet(taken: readonly string[]): string {
  const start = Math.floor(Math.random() * subnetCount);
  for (let step = 0; step < subnetCount; step += 1) {
    const index = (start + step) % subnetCount;
    const subnet = `198.${18 + Math.floor(index / 256)}.${index % 256}.0`;
    if (!taken.some((network) => overlaps(network, subnet))) return subnet;
  }
  throw new Error('every subnet of 198.18.0.0/15 is in use');
}

/** Whether `network` (`10.0.0.0/8`, an address, or `default`) has addresses in the /24 of `subnet`. */
function overlaps(network: string, subnet: string): boolean {
  if (network === 'default') return false;
  const [address = '', length = '32'] = network.split('/');
  const shift = 32 - Math.min(Number(length), 24);
  return Math.floor(toNumber(address) / 2 ** shift) === Math.floor(toNumber(subnet) / 2 ** shift);
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
