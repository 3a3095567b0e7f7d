import { placePlatform, runsNatively } from '../../buildx/index.ts';
import { formatPlatform, satisfies, type Platform } from '../../model/index.ts';
import type { BuildHow } from '../build-plan.ts';
import type { DockerfileFacts, PlanBuilder } from '../facts.ts';
import type { BuildTarget } from '../target.ts';
import { executedSteps, type ExecutedStep } from './executed-steps.ts';

type Node = PlanBuilder['nodes'][number];

export interface HowBuilt {
  readonly how: BuildHow;
  readonly reason: string;
  readonly node?: string;
}

export interface HowContext {
  readonly builder: PlanBuilder;
  /** Undefined where the Dockerfile cannot be read beforehand. */
  readonly dockerfile: DockerfileFacts | undefined;
}

/** How a builder builds a component for a platform, on the node that buildx will choose. */
export function howBuilt(target: BuildTarget, platform: Platform, context: HowContext): HowBuilt {
  const { builder, dockerfile } = context;
  const { node } = placePlatform(builder, platform);
  if (node === undefined) return { how: 'impossible', reason: noNode(builder) };
  return { ...judge(target, platform, { builder, dockerfile, node }), node: node.name };
}

function noNode({ name, error }: PlanBuilder): string {
  return error === undefined
    ? `the builder ${name} has no node`
    : `the builder ${name} cannot be asked: ${error}`;
}

interface NodeContext extends HowContext {
  readonly node: Node;
}

function judge(target: BuildTarget, platform: Platform, context: NodeContext): HowBuilt {
  const { node, dockerfile } = context;
  if (node.error !== undefined)
    return { how: 'impossible', reason: `the node ${node.name} cannot be asked: ${node.error}` };
  const { native } = node;
  if (native === undefined)
    return {
      how: 'unknown',
      reason: `the node ${node.name} was never started, so nobody knows what it executes`,
    };
  const isNative = runsNatively(node, platform);
  const steps =
    dockerfile === undefined
      ? undefined
      : executedSteps(dockerfile, { target, platform, buildPlatform: native });
  if (steps === undefined && isNative) return nativeOn(node, context);
  if (steps === undefined) {
    return {
      how: 'unknown',
      reason: `its Dockerfile is not read beforehand; ${node.name} is ${formatPlatform(native)}`,
    };
  }
  return foreign(steps, node) ?? (isNative ? nativeOn(node, context) : cross(steps, platform, native));
}

function nativeOn(node: Node, { builder }: NodeContext): HowBuilt {
  const own = node.native === undefined ? '' : formatPlatform(node.native);
  const isFirst = builder.nodes[0]?.name === node.name;
  return isFirst
    ? { how: 'native', reason: `${node.name} is ${own}` }
    : { how: 'other-node', reason: `the node ${node.name} is ${own}` };
}

/** A step that the node's machine does not run itself. */
function foreign(steps: readonly ExecutedStep[], node: Node): HowBuilt | undefined {
  const others = steps.filter((step) => !runsNatively(node, step.platform));
  const missing = others.find((step) => !node.platforms.some((have) => satisfies(have, step.platform)));
  if (missing !== undefined) return cannotRun(missing, node);
  const [emulated] = others;
  if (emulated === undefined) return undefined;
  return {
    how: 'emulated',
    reason: `RUN in line ${emulated.line} runs on ${formatPlatform(emulated.platform)} through QEMU`,
  };
}

function cannotRun({ line, platform }: ExecutedStep, node: Node): HowBuilt {
  const wanted = formatPlatform(platform);
  const have = node.platforms.map(formatPlatform).join(', ');
  return {
    how: 'impossible',
    reason: `RUN in line ${line} needs ${wanted}, and ${node.name} executes only ${have}. Install its emulator: docker run --privileged --rm tonistiigi/binfmt --install ${platform.architecture}; or add a node of that platform; or compile in a stage with FROM --platform=$BUILDPLATFORM`,
  };
}

function cross(steps: readonly ExecutedStep[], platform: Platform, native: Platform): HowBuilt {
  const [first] = steps;
  const wanted = formatPlatform(platform);
  return {
    how: 'cross',
    reason:
      first === undefined
        ? `nothing is executed`
        : `RUN in line ${first.line} runs on ${formatPlatform(native)}, nothing on ${wanted}`,
  };
}
