# Pin the base by digest where a build must be repeatable: --build-arg NODE_IMAGE=node:24-bookworm-slim@sha256:…
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim

# Production dependencies are JavaScript alone: they are the same for every platform.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts
# What is shipped is all that there is, for the list of what is shipped: npm leaves out of one what development needs, too.
RUN npm pkg delete devDependencies optionalDependencies && npm sbom --sbom-format=cyclonedx > sbom.cdx.json

FROM ${NODE_IMAGE}
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="dicom-store-scp" \
      org.opencontainers.image.description="DICOM Store SCP for AWS HealthImaging" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# Every thread that allocates would get an arena of its own otherwise, and free memory would lie about in each.
ENV NODE_ENV=production MALLOC_ARENA_MAX=2
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=dependencies /app/package.json /app/sbom.cdx.json ./
COPY LICENSE ./
COPY core ./core
COPY lambdas ./lambdas
COPY service ./service
RUN ln -s /app/service/cli/main.ts /usr/local/bin/dicom-store-scp
# Nothing here belongs to this user, and nothing needs to be written.
USER 1000:1000
EXPOSE 11112 2762 8080
STOPSIGNAL SIGTERM
# Left to itself, the young part of the heap grows to 128 MiB under load, and gains nothing by it. So small a part is
# collected sooner than other threads can be woken for it.
ENTRYPOINT ["node", "--max-semi-space-size=8", "--no-parallel-scavenge", "--no-concurrent-array-buffer-sweeping", "service/main.ts"]
