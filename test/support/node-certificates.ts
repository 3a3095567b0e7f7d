/** Certificates of a BuildKit behind TLS and of those who may use it, for one test run. */
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

export interface NodeCertificates {
  /** `ca.pem`, `cert.pem` and `key.pem` of a client, as `--node-tls` takes them. */
  readonly directory: string;
  /** Of the server at 127.0.0.1, which wants a client's. */
  readonly server: { readonly ca: string; readonly cert: string; readonly key: string };
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];

/** Makes an authority, and a certificate by it for a server and for a client. */
export async function makeNodeCertificates(folder: string): Promise<NodeCertificates> {
  const directory = join(folder, 'client');
  await mkdir(directory, { recursive: true });
  const ca = join(directory, 'ca.pem');
  const caKey = join(folder, 'ca-key.pem');
  const authority = ['-x509', ...KEY, '-subj', '/CN=authority', '-keyout', caKey, '-out', ca];
  await execa('openssl', ['req', ...authority]);
  const signed = async (name: string, usage: string): Promise<void> => {
    const files = ['-keyout', join(folder, `${name}-key.pem`), '-out', join(folder, `${name}.pem`)];
    const extensions = ['-addext', 'subjectAltName=IP:127.0.0.1', '-addext', `extendedKeyUsage=${usage}`];
    const by = ['-CA', ca, '-CAkey', caKey];
    await execa('openssl', ['req', '-x509', ...by, ...KEY, '-subj', `/CN=${name}`, ...extensions, ...files]);
  };
  await signed('server', 'serverAuth');
  await signed('client', 'clientAuth');
  await rename(join(folder, 'client.pem'), join(directory, 'cert.pem'));
  await rename(join(folder, 'client-key.pem'), join(directory, 'key.pem'));
  const read = (path: string): Promise<string> => readFile(path, 'utf8');
  return {
    directory,
    server: {
      ca: await read(ca),
      cert: await read(join(folder, 'server.pem')),
      key: await read(join(folder, 'server-key.pem')),
    },
  };
}
