/** What a training loop needs of the layers that a network is made of: the context from which its random layers draw. */
export { runTrainingStep } from '../layers/trainingStep.js';
