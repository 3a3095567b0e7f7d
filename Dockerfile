# The extension: backend, command line, page and the docker command with buildx and compose, for linux/amd64 and
# linux/arm64. A site without the Internet names its own images:
#   docker buildx build --platform linux/amd64,linux/arm64 \
#     --build-arg NODE_IMAGE=registry.site/node:24@sha256:… --build-arg DOCKER_IMAGE=registry.site/docker:28-cli@sha256:… .
# Both are indexes for both platforms, named by digest. These were found published and not pulled by any build of this
# project: docs/desktop.md says how to check, to pin one's own and to renew them, and
# `npm run extension:validate -- --release` refuses a release without a digest.

# Debian with Node 24 in /usr/local/bin.
ARG NODE_IMAGE=docker.io/library/node:24.18.0-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d
# The docker command in /usr/local/bin, buildx and compose in /usr/local/libexec/docker/cli-plugins.
ARG DOCKER_IMAGE=docker.io/library/docker:28-cli@sha256:625d9431a9f54c5a2bc90f24f0e1c3d55b1349fd857dd85035f98c2c9acbdd4d

# JavaScript is the same on every platform: built once, on the machine that builds. Who has built it already passes
# the result of tools/extension-tree.mjs: --build-context build=DIRECTORY, with the tree in DIRECTORY/out.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json ./
COPY core/package.json core/
COPY cli/package.json cli/
COPY backend/package.json backend/
COPY ui/package.json ui/
# Behind a proxy that signs with a CA of its own: --secret id=ca,src=ca.pem; a registry of one's own: id=npmrc.
RUN --mount=type=cache,target=/root/.npm,sharing=locked \
    --mount=type=secret,id=ca,target=/run/secrets/ca.pem \
    --mount=type=secret,id=npmrc,target=/root/.npmrc \
    if [ -f /run/secrets/ca.pem ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca.pem; fi; \
    npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && node tools/extension-tree.mjs /out

FROM ${DOCKER_IMAGE} AS docker

FROM ${NODE_IMAGE} AS extension
COPY --from=docker /usr/local/bin/docker /usr/local/bin/docker
COPY --from=docker /usr/local/libexec/docker/cli-plugins/docker-buildx /usr/local/libexec/docker/cli-plugins/docker-compose /usr/local/libexec/docker/cli-plugins/
COPY --from=build /out/ /
# Builders, state of builds and history outlive the container and an update of the extension.
ENV NODE_ENV=production \
    HOME=/data/home \
    DOCKER_CONFIG=/data/docker \
    XDG_STATE_HOME=/data/state
WORKDIR /
# As root, because the engine's socket belongs to root in Docker Desktop's virtual machine, and jobs write files of
# the user. Where a group may use the socket: `user: "1000:GID"` in the compose file, on a volume of that user.
CMD ["/usr/local/bin/node", "/app/backend/bin/backend.js"]

LABEL org.opencontainers.image.title="xbundle" \
      org.opencontainers.image.description="Build images for several platforms, prove that every image exists for every platform, and carry them across an air gap in one file." \
      org.opencontainers.image.vendor="xbundle" \
      org.opencontainers.image.licenses="Apache-2.0" \
      com.docker.desktop.extension.api.version=">= 0.3.4" \
      com.docker.desktop.extension.icon="xbundle.svg" \
      com.docker.extension.categories="ci-cd,image-registry" \
      com.docker.extension.screenshots="[]" \
      com.docker.extension.detailed-description="<h1>xbundle</h1><p>Builds every image of a project for every platform, shows the matrix of images and platforms cell by cell, and writes one bundle file that a site without a network can verify and import.</p>" \
      com.docker.extension.publisher-url="https://github.com/xbundle/xbundle" \
      com.docker.extension.additional-urls="[]" \
      com.docker.extension.changelog="<p>See CHANGELOG.md.</p>"
