import type { Rule } from '../rule.ts';

/** Found by `lintBases`, which asks for the image's index; nothing in the file alone shows it. */
export const digestSinglePlatform: Rule = {
  id: 'XB010',
  name: 'digest-single-platform',
  severity: 'error',
  title: 'A digest names the manifest of one platform',
  documentation:
    'A base image pinned by digest is only multi-platform when the digest is that of the index. With the digest of one platform\'s manifest, which `docker pull` prints and some update bots write, BuildKit takes that platform for every other one too, warns at most, and labels the result as asked: published images have held amd64 files for arm64 this way. Pin the digest of the index: `docker buildx imagetools inspect NAME:TAG --format "{{.Manifest.Digest}}"`. `COPY --from` an image is the same. Needs `--online`.',
  bad: 'FROM debian:13@sha256:1111111111111111111111111111111111111111111111111111111111111111\nCMD ["bash"]\n',
  good: 'FROM debian:13@sha256:2222222222222222222222222222222222222222222222222222222222222222\nCMD ["bash"]\n',
  check: () => [],
};
