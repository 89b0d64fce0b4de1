export { cholesky, invertRow, solveLower, solveRows } from "./cholesky";
export { exponentials } from "./exponential";
export { fillCovariance, logMarginalLikelihood } from "./likelihood";
export {
  crossCovariance,
  inverseDiagonal,
  posteriorCovariance,
  predict,
  predictWithGradient,
  solve,
} from "./posterior";
export { subtractProduct } from "./product";
