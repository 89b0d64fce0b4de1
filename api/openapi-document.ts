import Fastify from "fastify";
import { fastifySchemaOf, registerOpenapi } from "./openapi.ts";
import { routes } from "./routes/index.ts";

/** The OpenAPI document as `/openapi.json` serves it, without a running service. */
export async function openapiDocument(version: string): Promise<object> {
  const app = Fastify({ logger: false, routerOptions: { maxParamLength: 200 } });
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => JSON.stringify);
  await registerOpenapi(app, version);
  for (const route of routes) {
    const { method, url } = route;
    app.route({
      method,
      url,
      config: { route },
      schema: fastifySchemaOf(route),
      handler: async () => undefined,
    });
  }
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}
