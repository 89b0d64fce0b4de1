export { cholesky, invertRow, solveRows } from "./cholesky";
export { exponentials } from "./exponential";
export { fillCovariance, logMarginalLikelihood } from "./likelihood";
export { addToLogSum, choiceTerms, normalTerms } from "./mixture";
export {
  crossCovariance,
  inverseDiagonal,
  posteriorCovariance,
  predict,
  predictWithGradient,
  solve,
} from "./posterior";
export { subtractProduct } from "./product";
export { solveLower } from "./substitution";
