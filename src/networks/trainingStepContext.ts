/**
 * What training needs of the layers that a network is made of: the context from which its random layers draw, and batch normalization's
 * statistics.
 */
export { runTrainingStep } from '../layers/trainingStep.js';
export { observeBatchStatistics } from '../layers/batchStatistics.js';
export { BatchNormalization } from '../layers/batchNormalization.js';
