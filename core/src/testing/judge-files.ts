/** Images written down as lists of files, and what the architecture check makes of them. */
import { FileTree } from '../arch/layers/file-tree.ts';
import { probeBytes } from '../arch/binary/file-probe.ts';
import type { ArchVerdict } from '../arch/finding.ts';
import { judgeImage } from '../arch/judge/judge-image.ts';
import type { JudgedImage } from '../arch/judge/judged-image.ts';
import type { LayerEntry } from '../arch/layers/layer-listing.ts';
import type { RunConfig } from '../arch/start/run-config.ts';
import { parsePlatform, toDigest } from '../model/index.ts';

/** By path: bytes of an executable, text, or `-> TARGET`. A path that ends with `!` is not executable. */
export type Files = Readonly<Record<string, Buffer | string>>;

const CONFIG: RunConfig = {
  entrypoint: [],
  cmd: ['/bin/app'],
  environment: ['PATH=/usr/local/bin:/usr/bin:/bin'],
  workingDirectory: '/',
  healthcheck: [],
  shell: [],
  argsEscaped: false,
};

function toEntry(path: string, content: Buffer | string): readonly [string, LayerEntry] {
  if (typeof content === 'string' && content.startsWith('-> ')) {
    return [path, { kind: 'symlink', target: content.slice(3) }];
  }
  const binary = probeBytes(Buffer.from(content));
  const facts = {
    executable: !path.endsWith('!'),
    ...(binary !== undefined && { binary }),
    ...(typeof content === 'string' && { text: content }),
  };
  return [path.replace(/!$/, ''), { kind: 'file', facts }];
}

export interface JudgeOptions {
  readonly platform?: string;
  readonly config?: Partial<RunConfig>;
  readonly allow?: JudgedImage['allow'];
  readonly createdBy?: readonly string[];
}

/** Judges an image of these layers; `/bin/app` is what it starts. */
export function judge(layers: readonly Files[], options: JudgeOptions = {}): ArchVerdict {
  const tree = new FileTree();
  for (const [at, files] of layers.entries()) {
    const entries = Object.entries(files).map(([path, content]) => toEntry(path, content));
    tree.apply({ entries, whiteouts: [], opaque: [] }, at);
  }
  return judgeImage({
    platform: parsePlatform(options.platform ?? 'linux/arm64'),
    tree,
    config: { ...CONFIG, ...options.config },
    layers: layers.map((_, at) => ({
      digest: toDigest('sha256', String(at).repeat(64)),
      ...(options.createdBy?.[at] !== undefined && { createdBy: options.createdBy[at] }),
    })),
    allow: options.allow,
  });
}

/** `tier severity code path` of each finding. */
export function told({ findings }: Pick<ArchVerdict, 'findings'>): readonly string[] {
  return findings.map(({ tier, severity, code, path }) => `T${tier} ${severity} ${code} ${path ?? '-'}`);
}
