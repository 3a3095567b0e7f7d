import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { docker } from '../engine/docker.ts';
import { bakeFile, dockerfile, makeBuildProject, type BuildProject } from '../support/build-project.ts';
import { xbundle } from '../support/cli.ts';
import { heldImage } from '../support/engine-images.ts';
import { describeWithEngines } from '../support/engine-suite.ts';
import { manifestBytes } from '../support/registry-images.ts';
import { SAMPLE_PLATFORMS } from '../support/sample-image.ts';

/** What BuildKit asks of a scanner: statements of in-toto in a folder that it names. */
const SCAN = '#!/bin/sh\nexec cp /statement.json "$BUILDKIT_SCAN_DESTINATION/site.spdx.json"\n';
const STATEMENT = {
  _type: 'https://in-toto.io/Statement/v0.1',
  predicateType: 'https://spdx.dev/Document',
  predicate: { spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT', name: 'site', packages: [] },
};

describeWithEngines('attestations of a build', (engines) => {
  const { containerd, registry } = engines;
  let project: BuildProject;
  let scanner: string;

  beforeAll(async () => {
    project = await makeBuildProject(engines, containerd, 'xb-attested');
    await project.write('web/Dockerfile', dockerfile(project.base));
    await project.write('docker-bake.hcl', bakeFile(`${registry.host}/${project.prefix}`, ['web']));
    await project.write('scanner/scan', SCAN);
    await project.write('scanner/statement.json', JSON.stringify(STATEMENT));
    const lines = [`FROM ${project.base}`, 'COPY --chmod=755 scan statement.json /', 'ENTRYPOINT ["/scan"]'];
    await project.write('scanner/Dockerfile', `${lines.join('\n')}\n`);
    scanner = `${registry.host}/${project.prefix}/scanner:v1`;
    const options = ['--quiet', '--push', `--platform=${SAMPLE_PLATFORMS.join()}`, `--tag=${scanner}`];
    await docker(containerd, ['buildx', 'build', ...options, join(project.directory, 'scanner')]);
  });

  afterAll(() => project.close());

  it.each<readonly [string, () => readonly string[], readonly string[]]>([
    ['provenance', () => ['--provenance', 'mode=max'], ['slsa.dev/provenance']],
    ['an SBOM', () => ['--sbom', `generator=${scanner}`], ['spdx.dev/Document']],
    [
      'both, of platforms built together',
      () => ['--together', '--provenance', 'mode=max', '--sbom', `generator=${scanner}`],
      ['slsa.dev/provenance', 'spdx.dev/Document'],
    ],
  ])('arrive in bundle, engine and registry: %s', async (...[, wish, predicates]) => {
    const outputs = ['--export', 'attested.tar', '--overwrite', '--load', '--push'];
    const { exitCode, report, stderr } = await project.build([...wish(), ...outputs]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    const [{ name, digest } = { name: '' }] = report.images;
    expect(await heldImage(containerd, name)).toMatchObject({ root: digest, attestations: 2 });
    const index = JSON.parse((await manifestBytes(name)).toString()) as { readonly manifests: unknown[] };
    expect(index.manifests).toHaveLength(4);
    const { stdout } = await xbundle(['inspect', join(project.directory, 'attested.tar')]);
    for (const predicate of predicates) expect(stdout.split(predicate)).toHaveLength(3);
  });
});
