// Every network of the family, narrow, on WebGPU and on cpu: the logits of all heads within 1e-4 of the largest.
import { hasAuxiliaryHeads, inceptionNet, NETWORK_NAMES, networkSpec, tf, useBackend, variantsOf } from 'tfjs-inception';
import { difference, numbers } from './numbers.mjs';

const BOUND = 1e-4;
const SHAPE = [32, 32, 3];
const NARROW = { classes: 3, widthMultiplier: 0.125, stem: 'stride2', inputShape: SHAPE, classifierActivation: 'linear' };
const networks = [{ name: 'googlenet', variant: 'paper' }, ...NETWORK_NAMES.map((name) => ({ name, variant: variantsOf(name)[0] }))];

async function logits(backend) {
  await useBackend(backend);
  const images = tf.tensor4d(numbers([2, ...SHAPE], 7), [2, ...SHAPE]);
  const found = [];
  for (const { name, variant } of networks) {
    const model = inceptionNet(networkSpec(name, { ...NARROW, variant, auxiliaryHeads: hasAuxiliaryHeads(name) }), { seed: 1 });
    const outputs = [model.predict(images)].flat();
    found.push(await Promise.all(outputs.map((output) => output.data())));
    tf.dispose(outputs);
    model.dispose();
  }
  images.dispose();
  return found;
}

const [webgpu, cpu] = [await logits('webgpu'), await logits('cpu')];
const apart = cpu.map((heads, network) => Math.max(...heads.map((values, head) => difference(webgpu[network][head], values))));
networks.forEach(({ name, variant }, index) => console.log(`  ${name} ${variant}: ${apart[index].toExponential(1)}`));
if (apart.some((value) => !(value <= BOUND))) throw new Error(`logits apart by more than ${BOUND}`);
