# Build: everything, then only what runs. The gateway needs no native module and no shell.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN node_modules/.bin/tsc -p tsconfig.build.json && npm prune --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
# A call's objects live for a moment. Left to itself, V8 gives those 1 MB where there is little memory, so that it collects
# all the time, and up to 128 MB where there is much, which no processor's cache holds.
ENV NODE_ENV=production NODE_OPTIONS=--max-semi-space-size=8 PATH=/app/bin:$PATH
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json ./
COPY bin ./bin
COPY config ./config
COPY openapi ./openapi
RUN ln -s postern.js bin/postern && mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080
# The configuration, its documents and the SQLite file are mounted there; only /data can be written to.
CMD ["postern", "--config", "/data/postern.yaml", "serve"]
