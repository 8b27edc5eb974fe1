/**
 * Mean and variance of many values of which only the groups' own means and variances are known, in double precision: the variance of
 * all is the mean of the variances plus the variance of the means.
 */
export class PooledStatistics {
  private weight = 0;
  private means: Float64Array = new Float64Array();
  /** The sums of squared distances from the mean. */
  private spreads: Float64Array = new Float64Array();

  /**
   * Adds a group, by Chan's update, which loses no digits where means are large beside the spread.
   *
   * @param weight How many values it has, or a number in proportion to it.
   * @param mean One a channel.
   * @param variance One a channel, biased (divided by N).
   */
  add(weight: number, mean: ArrayLike<number>, variance: ArrayLike<number>): void {
    if (this.weight === 0) {
      this.means = new Float64Array(mean.length);
      this.spreads = new Float64Array(mean.length);
    }
    const before = this.weight;
    this.weight += weight;
    for (let channel = 0; channel < mean.length; channel++) {
      const distance = mean[channel] - this.means[channel];
      this.means[channel] += (distance * weight) / this.weight;
      this.spreads[channel] += variance[channel] * weight + (distance * distance * before * weight) / this.weight;
    }
  }

  /** One a channel. */
  get mean(): Float32Array {
    return Float32Array.from(this.means);
  }

  /** One a channel, biased. */
  get variance(): Float32Array {
    return Float32Array.from(this.spreads, (spread) => spread / this.weight);
  }
}
