import type { Json } from "../../../../core/json.ts";
import type { Parameter } from "../../../../core/space.ts";
import { readNetwork } from "../../onnx/network.ts";
import { floats, integers } from "../../onnx/tensor.ts";
import { lazy } from "../../reference.ts";
import { readBytes, readJson } from "../files.ts";
import { type ConfigSpace, parametersOf } from "./config-space.ts";

/** One scenario: a network that was fitted to many recorded trainings of one learner on many data sets. */
export interface Surrogate {
  /** What is searched: neither the data set nor how far training goes. */
  parameters: Parameter[];
  /** Name of the parameter that picks the data set. */
  instanceParameter: string;
  /** The largest value of each parameter that says how far training goes. */
  fullFidelity: Readonly<Record<string, number>>;
  /** Name of the metric of training seconds. */
  runtime: string;
  /** Every metric of one training. What `values` leaves out, or holds as null, is inactive. */
  predict(values: Readonly<Record<string, Json>>): Record<string, number>;
}

interface Description {
  targets: string[];
  cont_names: string[];
  cat_names: string[];
  instance_param: string;
  fidelity_params: string[];
  runtime_target: string;
}

/** The code of an inactive choice. */
const INACTIVE = "#na#";

/** @param folder of YAHPO's scenarios. The network itself is read on the first prediction. */
export function openSurrogate(folder: string, scenario: string): Surrogate {
  const description = describe(folder, scenario);
  const space = readJson<ConfigSpace>(folder, scenario, "config_space.json");
  const codes = readJson<Record<string, Record<string, number>>>(folder, scenario, "encoding.json");
  const network = lazy(() => readNetwork(readBytes(folder, scenario, "model.onnx")));
  const { targets, cont_names, cat_names, instance_param, fidelity_params, runtime_target } = description;
  return {
    parameters: parametersOf(space, [instance_param, ...fidelity_params]),
    instanceParameter: instance_param,
    fullFidelity: Object.fromEntries(fidelity_params.map((name) => [name, upperBound(space, name)])),
    runtime: runtime_target,
    predict(values) {
      const choices = cat_names.map((name) => codeOf(codes[name]!, String(values[name] ?? INACTIVE)));
      const numbers = cont_names.map((name) => Number(values[name] ?? 0));
      const [output] = network()({
        x_cat: integers([1, choices.length], choices),
        x_cont: floats([1, numbers.length], Float32Array.from(numbers)),
      });
      return Object.fromEntries(targets.map((target, index) => [target, output!.data[index]!]));
    },
  };
}

/** @throws RangeError for a choice that the network was not fitted to. */
function codeOf(codes: Readonly<Record<string, number>>, choice: string): number {
  const code = codes[choice];
  if (code === undefined) throw new RangeError(`"${choice}" is none of ${Object.keys(codes).join(", ")}.`);
  return code;
}

/** Scenarios of the first release are described together, the older one in its own folder. */
function describe(folder: string, scenario: string): Description {
  const together = readJson<Record<string, Description>>(folder, "meta.json");
  return together[scenario] ?? readJson<Description>(folder, scenario, "meta.json");
}

function upperBound({ hyperparameters }: ConfigSpace, name: string): number {
  const found = hyperparameters.find((hyperparameter) => hyperparameter.name === name);
  if (!found || found.type === "categorical") throw new RangeError(`"${name}" has no bounds.`);
  return found.upper;
}
