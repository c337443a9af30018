# Build: everything, then only what runs. The gateway needs no native module and no shell.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN node_modules/.bin/tsc -p tsconfig.build.json && npm prune --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
ENV NODE_ENV=production PATH=/app/bin:$PATH
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
