import {
  formatBytes,
  imagesIn,
  parseReference,
  repositoryName,
  shortDigest,
  type InspectBlob,
  type InspectNode,
} from '@xbundle/core';
import { terminalColumns, type Io } from '../io.ts';
import { printable } from './printable.ts';
import { paintFor, type Paint } from './style.ts';

/** The tree of one image: index, platforms, configs, layers and attestations with digests and sizes. */
export function formatTree(name: string, tree: InspectNode, io: Io): readonly string[] {
  const width = terminalColumns(io.stdout) ?? Infinity;
  const paint = paintFor(io.stdout, io.env);
  const lines = branch({ label: printable(name), node: tree }, paint);
  return lines.map((line) => fitLine(line, width));
}

interface Line {
  readonly text: string;
  readonly colour?: Parameters<Paint>[0];
  readonly children: readonly Line[];
}

function branch(
  { label, node }: { readonly label: string; readonly node: InspectNode },
  paint: Paint,
): readonly string[] {
  const root = toLine(node);
  return [paint('bold', label), ...draw([root], '', paint)];
}

function toLine(node: InspectNode): Line {
  const identity = `${shortDigest(node.digest)}  ${formatBytes(node.size)}`;
  switch (node.kind) {
    case 'index':
      return { text: `index ${node.digest}`, children: node.children.map(toLine) };
    case 'image': {
      const total = node.size + node.config.size + node.layers.reduce((sum, layer) => sum + layer.size, 0);
      const layers = node.layers.map((layer): Line => {
        const shared = layer.sharedBy === undefined ? '' : `  shared by ${layer.sharedBy.join(', ')}`;
        const step =
          layer.createdBy === undefined ? '' : `  ${printable(layer.createdBy).replace(/\s+/g, ' ')}`;
        return { text: `${blobText('layer', layer)}${shared}${step}`, children: [] };
      });
      const parts = [{ text: blobText('config', node.config), children: [] }, ...layers];
      return {
        text: `${node.platform}  ${shortDigest(node.digest)}  ${formatBytes(total)}`,
        colour: 'green',
        children: parts,
      };
    }
    case 'attestation': {
      const subject = node.subject === undefined ? '' : ` of ${shortDigest(node.subject)}`;
      const layers = node.layers.map((layer, at) => ({
        text: blobText(printable(node.predicates[at] ?? 'statement'), layer),
        children: [],
      }));
      return { text: `attestation${subject}  ${identity}`, children: layers };
    }
    case 'artifact':
      return { text: `artifact ${printable(node.artifactType ?? '')}  ${identity}`, children: [] };
    case 'absent':
      return {
        text: `${node.platform ?? ''}  ${shortDigest(node.digest)}  listed, and not there`,
        colour: 'red',
        children: [],
      };
  }
}

function blobText(what: string, blob: InspectBlob): string {
  return `${what}  ${shortDigest(blob.digest)}  ${formatBytes(blob.size)}`;
}

function draw(lines: readonly Line[], indent: string, paint: Paint): readonly string[] {
  return lines.flatMap((line, at) => {
    const isLast = at === lines.length - 1;
    const text = line.colour === undefined ? line.text : paint(line.colour, line.text);
    return [
      `${indent}${isLast ? '└─' : '├─'} ${text}`,
      ...draw(line.children, `${indent}${isLast ? '   ' : '│  '}`, paint),
    ];
  });
}

/** Cut at the right end, where build steps stand; painted lines are short enough as they are. */
function fitLine(line: string, width: number): string {
  return line.includes('\u001b') || line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}

/** How to run exactly what was inspected, by digest, for each platform. */
export function formatRunCommands(name: string, tree: InspectNode): readonly string[] {
  const repository = repositoryName(parseReference(name));
  return imagesIn(tree).map(
    ({ platform, digest }) => `docker run --rm --platform ${platform} ${repository}@${digest}`,
  );
}
