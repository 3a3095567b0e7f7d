import type { XbundleComponent, XbundleServe } from '../../definition/index.ts';
import type { BuildServe, BuildTarget } from '../target.ts';
import { resolveContext, resolveDockerfile } from './context-path.ts';
import { present } from './present.ts';
import {
  readAttest,
  readCache,
  readContexts,
  readSecret,
  readSsh,
  readTags,
  readTargetPlatforms,
  toPlace,
  type PartContext,
} from './target-parts.ts';

/** One component of `xbundle.yaml`, its variables replaced. Throws DEFINITION_INVALID. */
export function readComponent(name: string, component: XbundleComponent, part: PartContext): BuildTarget {
  const context = resolveContext(component.context ?? '.', part.directory);
  const { target, 'dockerfile-inline': inline, serve } = component;
  return {
    name,
    tags: readTags(asList(component.tags), part),
    context,
    dockerfile: resolveDockerfile(component.dockerfile ?? 'Dockerfile', context),
    ...present({
      platforms: readTargetPlatforms(asList(component.platforms), part),
      dockerfileInline: inline,
      stage: target,
      serve: serve && readServe(name, serve),
    }),
    ...readContent(component, part),
    ...readAccess(component, part),
    ...readRunOptions(component),
    needs: asList(component.needs),
    place: toPlace(part.place),
  };
}

function readContent(
  component: XbundleComponent,
  part: PartContext,
): Pick<BuildTarget, 'args' | 'labels' | 'annotations' | 'contexts' | 'attest'> {
  const { args = {}, labels = {}, annotations = [], contexts = {}, attest = [] } = component;
  return {
    args,
    labels,
    annotations,
    contexts: readContexts(contexts, part),
    attest: attest.map((each) => readAttest(each, part)),
  };
}

function asList(value: string | readonly string[] | undefined): readonly string[] {
  return typeof value === 'string' ? [value] : (value ?? []);
}

function readAccess(
  component: XbundleComponent,
  part: PartContext,
): Pick<BuildTarget, 'secrets' | 'ssh' | 'cacheFrom' | 'cacheTo'> {
  return {
    secrets: (component.secrets ?? []).map((secret) => readSecret(secret, part)),
    ssh: (component.ssh ?? []).map((ssh) => readSsh(ssh, part)),
    cacheFrom: (component['cache-from'] ?? []).map((cache) => readCache(cache, part)),
    cacheTo: (component['cache-to'] ?? []).map((cache) => readCache(cache, part)),
  };
}

function readRunOptions(component: XbundleComponent): RunOptions {
  return {
    ...present({ network: component.network, shmSize: component['shm-size'] }),
    extraHosts: component['extra-hosts'] ?? {},
    ulimits: component.ulimits ?? [],
    entitlements: component.entitlements ?? [],
    noCache: component['no-cache'] ?? false,
    noCacheFilter: component['no-cache-filter'] ?? [],
    pull: component.pull ?? false,
  };
}

type RunOptions = Pick<
  BuildTarget,
  'network' | 'extraHosts' | 'shmSize' | 'ulimits' | 'entitlements' | 'noCache' | 'noCacheFilter' | 'pull'
>;

/** `serve` of a component, or of compose's `x-xbundle`. */
export function readServe(target: string, serve: XbundleServe): BuildServe {
  const { port, name = target, path, command, environment = {}, timeout } = serve;
  const timeoutMs = timeout === undefined ? undefined : Math.ceil(timeout * 1000);
  return { port, name, environment, ...present({ path, command, timeoutMs }) };
}
