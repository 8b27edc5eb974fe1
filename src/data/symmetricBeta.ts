/**
 * A number from the distribution Beta(alpha, alpha), 0 ≤ x ≤ 1, made of two even ones, without rejection: Student's t with 2 · alpha
 * degrees of freedom by Bailey's polar method, brought to 0–1.
 *
 * @param alpha Positive. Below 1 most numbers are near 0 or 1, at 1 all are equally likely, above 1 most are near a half.
 * @param u 0 < u < 1, even.
 * @param v 0 ≤ v < 1, even.
 * @see Bailey 1994, "Polar generation of random variates with the t-distribution", Mathematics of Computation 62; Devroye 1996, "Random
 * variate generation in one line of code", for the symmetric beta distribution
 */
export function symmetricBeta(alpha: number, u: number, v: number): number {
  const direction = Math.cos(2 * Math.PI * v);
  // For small alphas the power is infinite, and its reciprocal 0: the number is then exactly 0 or 1.
  const squaredRadius = Math.expm1(-Math.log(u) / alpha);
  return 0.5 + direction / (2 * Math.sqrt(1 / squaredRadius + direction * direction));
}
