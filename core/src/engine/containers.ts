import { z } from 'zod';
import type { CallOptions } from '../content/index.ts';
import type { EngineClient } from './engine-client.ts';

/** A container that runs in the background, with one port published on the engine's loopback. */
export interface ContainerRequest {
  /** The engine has it: nothing is pulled. */
  readonly image: string;
  /** Instead of the image's own. */
  readonly command?: readonly string[] | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly hostname: string;
  readonly port: number;
}

/** What an engine says of a container. */
export interface ContainerFacts {
  readonly isRunning: boolean;
  /** In its first network; empty once it has ended. */
  readonly address: string;
  /** On the engine's loopback, for its port. */
  readonly published: number | undefined;
}

const createdSchema = z.looseObject({ Id: z.string() });

/**
 * Makes a container and starts it; gives its id. Errors: those of the client, NOT_FOUND without the image. Takes no
 * signal: one that is half made would be nobody's.
 */
export async function runContainer(client: EngineClient, request: ContainerRequest): Promise<string> {
  const { image, command, environment, labels, hostname, port } = request;
  const operation = `starting a container of ${image}`;
  const json = {
    Image: image,
    ...(command !== undefined && { Cmd: command }),
    Env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
    Labels: labels,
    Hostname: hostname,
    ExposedPorts: { [`${port}/tcp`]: {} },
    HostConfig: { PortBindings: { [`${port}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: '' }] } },
  };
  const { Id } = await client.ask(
    { operation, method: 'POST', path: '/containers/create', json },
    createdSchema,
  );
  await client.ask({ operation, method: 'POST', path: `/containers/${Id}/start` }, z.undefined());
  return Id;
}

/** An engine before 29 says an address twice. */
const containerSchema = z.looseObject({
  State: z.looseObject({ Running: z.boolean() }),
  NetworkSettings: z.looseObject({
    Networks: z.record(z.string(), z.looseObject({ IPAddress: z.string() })),
    Ports: z.record(z.string(), z.array(z.looseObject({ HostPort: z.string() })).nullable()),
  }),
});

/** Asks for a container of `runContainer`. */
export async function askContainer(
  client: EngineClient,
  { id, port }: { readonly id: string; readonly port: number },
  options: CallOptions = {},
): Promise<ContainerFacts> {
  const request = { operation: 'asking for a container', path: `/containers/${id}/json` };
  const { State, NetworkSettings } = await client.ask(request, containerSchema, options);
  const published = NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort;
  return {
    isRunning: State.Running,
    address: Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? '',
    published: published === undefined ? undefined : Number(published),
  };
}

/** The frame's stream and length come before each piece of output, as the engine writes it. */
const FRAME_BYTES = 8;
const OUTPUT_BYTES = 65_536;

/** The last lines that a container wrote, of both its streams; what is too long is cut. */
export async function containerOutput(client: EngineClient, id: string): Promise<string> {
  const query = { stdout: '1', stderr: '1', tail: '20' };
  const request = { operation: 'asking what a container wrote', path: `/containers/${id}/logs`, query };
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of client.download(request)) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > OUTPUT_BYTES) break;
  }
  return withoutFrames(Buffer.concat(chunks)).toString('utf8').trim();
}

function withoutFrames(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at + FRAME_BYTES <= bytes.byteLength;) {
    const end = at + FRAME_BYTES + bytes.readUInt32BE(at + 4);
    parts.push(bytes.subarray(at + FRAME_BYTES, end));
    at = end;
  }
  return Buffer.concat(parts);
}

const listSchema = z.array(z.looseObject({ Id: z.string() }));

/** Ends and removes all containers with this label, and their volumes. */
export async function removeContainers(client: EngineClient, label: string): Promise<void> {
  const query = { all: '1', filters: JSON.stringify({ label: [label] }) };
  const list = { operation: `looking for containers of ${label}`, path: '/containers/json', query };
  for (const { Id } of await client.ask(list, listSchema)) {
    const request = {
      operation: 'removing a container',
      method: 'DELETE',
      path: `/containers/${Id}`,
      query: { force: '1', v: '1' },
    } as const;
    await client.find(request, z.undefined());
  }
}

/** Removes a name, and the image once it has none; one that is not there is no failure. */
export async function removeImage(client: EngineClient, name: string): Promise<void> {
  const request = {
    operation: `removing the image ${name}`,
    method: 'DELETE',
    path: `/images/${name}`,
    query: { force: '1' },
  } as const;
  await client.find(request, z.unknown());
}
