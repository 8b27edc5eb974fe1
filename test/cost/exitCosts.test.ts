import { costOf } from '../../src/cost/costOf.js';
import { exitCosts } from '../../src/cost/exitCosts.js';
import { networkSpec } from '../../src/spec/networkSpec.js';

describe('exitCosts of GoogLeNet', () => {
  const spec = networkSpec('googlenet', { variant: 'paper', auxiliaryHeads: true });

  it('the whole network costs the 1,582,671,872 multiply-adds of table 1’s filters; each exit the trunk so far and the heads asked', () => {
    const { whole, exits } = exitCosts(spec);
    const { heads } = costOf(spec);
    // A network that ends where a head hangs has the same trunk, and a main classifier in its place.
    const trunkTo = (finalModule: 'inception_4a' | 'inception_4d'): number => {
      const cut = costOf(networkSpec('googlenet', { variant: 'paper', finalModule }));
      const classifier = cut.rows.find(({ op }) => op === 'classifier')?.multiplyAdds ?? NaN;
      return cut.multiplyAdds - classifier;
    };
    expect(whole).toBe(1_582_671_872);
    expect(Object.keys(exits)).toEqual(['auxiliary_4a', 'auxiliary_4d', 'main']);
    const [first, second] = [heads.auxiliary_4a.multiplyAdds, heads.auxiliary_4d.multiplyAdds];
    expect(exits.auxiliary_4a).toBe(trunkTo('inception_4a') + first);
    expect(exits.auxiliary_4d).toBe(trunkTo('inception_4d') + first + second);
    expect(exits.main).toBe(whole + first + second);
    expect(exits.main).toBe(costOf(spec).multiplyAdds);
  });

  it('without auxiliary heads has one exit, the whole network', () => {
    const { whole, exits } = exitCosts(networkSpec('googlenet', { variant: 'paper' }));
    expect(exits).toEqual({ main: whole });
  });
});
