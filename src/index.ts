/**
 * Inception networks in Node.js.
 *
 * @packageDocumentation
 */
import { registerLayers } from './layers/register.js';

// One tfjs for the application and for us.
export * as tf from '@tensorflow/tfjs';

// backends
export { useBackend, type BackendReport } from './backends/useBackend.js';
export type { BackendDevice, BackendName } from './backends/backendDriver.js';
export type { BackendOptions, GpuOptions } from './backends/backendOptions.js';
export type { LibraryVersions, TensorFlowReport } from './backends/tensorFlowReport.js';
export { missingKernels } from './backends/missingKernels.js';

// blocks
export { conv2dBN, type Conv2dBNOptions } from './blocks/conv2dBN.js';
export { inceptionModule, type InceptionModuleOptions } from './blocks/inceptionModule.js';
export { auxiliaryHead, type AuxiliaryHeadOptions } from './blocks/auxiliaryHead.js';

// networks
export { googLeNet, type GoogLeNetEndpoint, type GoogLeNetHead } from './networks/googLeNet.js';
export { inceptionV2, type InceptionV2Endpoint, type InceptionV2Head } from './networks/inceptionV2.js';
export { inceptionV3, type InceptionV3Endpoint, type InceptionV3Head } from './networks/inceptionV3.js';
export { inceptionV4, type InceptionV4Endpoint, type InceptionV4Head } from './networks/inceptionV4.js';
export { inceptionResNetV1, type InceptionResNetV1Endpoint, type InceptionResNetV1Head } from './networks/inceptionResNetV1.js';
export { inceptionResNetV2, type InceptionResNetV2Endpoint, type InceptionResNetV2Head } from './networks/inceptionResNetV2.js';
export { xception, type XceptionEndpoint, type XceptionHead } from './networks/xception.js';
export { inceptionNet, type BuildOptions } from './networks/inceptionNet.js';
export { InceptionModel } from './networks/inceptionModel.js';
export { replaceHead, type ReplaceHeadOptions } from './networks/replaceHead.js';
export { featureExtractor } from './networks/featureExtractor.js';
export { freezeTo } from './networks/freezeTo.js';

// specs: architectures as data
export { hasAuxiliaryHeads, NETWORK_NAMES, networkSpec, variantsOf, type NetworkName } from './spec/networkSpec.js';
export { validateSpec } from './spec/validateSpec.js';
export { changeSpec, type SpecChanges } from './spec/changeSpec.js';
export type { StepFields } from './spec/changedStep.js';
export { minimumInputSize } from './spec/inputSizes.js';
export { IMAGENET_LABELS } from './networks/imagenetLabels.js';
export { traceShapes } from './spec/traceShapes.js';
export type { ShapeRow, TensorShape } from './spec/shapeRow.js';
export { inceptionModuleSpec } from './spec/inceptionModuleSpec.js';
export type { FreeBranches, InceptionModuleSpec, NaiveColumns, Unnamed, UnnamedStep } from './spec/moduleForms.js';
export type { Table1Columns } from './spec/table1.js';
export type { GoogLeNetOptions } from './spec/googlenet.js';
export type { InceptionV2Options } from './spec/inceptionV2.js';
export type { InceptionV3Options } from './spec/inceptionV3.js';
export type { InceptionV4Options } from './spec/inceptionV4.js';
export type { InceptionResNetV1Options } from './spec/inceptionResnetV1.js';
export type { InceptionResNetV2Options } from './spec/inceptionResnetV2.js';
export type { XceptionOptions } from './spec/xception.js';
export type { NetworkOptions, Stem } from './spec/options.js';
export type * from './spec/types.js';

// cost, before any tensor exists
export type { SpecOrModel } from './cost/specOf.js';
export { costOf, costOfSteps, type BranchCost, type Cost, type ModuleCost } from './cost/costOf.js';
export { exitCosts, type ExitCosts } from './cost/exitCosts.js';
export type { CostRow, CostSum, ParameterCount } from './cost/costRow.js';
export type { ReceptiveField } from './cost/receptiveField.js';
export {
  costChange,
  type BeforeAndAfter,
  type CostChange,
  type CostSumChange,
  type PartChange,
  type QuantityChange,
  type StageChange,
} from './cost/costChange.js';
export { diffSpecs, type SpecDifference } from './cost/diffSpecs.js';
export { costTable, summaryTable } from './cost/costTable.js';
export { costChangeTable } from './cost/costChangeTable.js';
export { diffTable } from './cost/diffTable.js';

// layers
export { batchNormalization, type BatchNormalizationArgs } from './layers/batchNormalization.js';
export {
  localResponseNormalization,
  type CaffeTerms,
  type LocalResponseNormalizationArgs,
  type TensorFlowTerms,
} from './layers/localResponseNormalization.js';
export { dropout, type DropoutArgs } from './layers/dropout.js';
export { runTrainingStep } from './layers/trainingStep.js';
export { adaptiveAveragePooling2d, type AdaptiveAveragePooling2dArgs } from './layers/adaptiveAveragePooling2d.js';

// data
export { imageFolder, type FolderCache, type SplitImageFolder, type ImageFolder } from './data/imageFolder.js';
export type { ImageFolderOptions } from './data/imageFolderOptions.js';
export type { PictureSize } from './data/batchOptions.js';
export type { Side, UnreadableFile } from './data/foundPictures.js';
export type { ManifestSide } from './data/manifestPictures.js';
export { datasetManifest, type DatasetManifest, type ManifestPicture, type ManifestSubject } from './data/datasetManifest.js';
export type { DuplicateGroup, DuplicatePicture, DuplicateReport, Duplicates } from './data/duplicateReport.js';
export type { ClassBalance } from './data/classBalance.js';
export { imageArrays, type ImageArraysOptions } from './data/imageArrays.js';
export { decodeImage, type DecodedImage, type DecodeImageOptions } from './data/decodeImage.js';
export type { ImageBatch, ImageDataset, MixedLabels } from './data/dataset.js';
export { LIGHT_AUGMENTATION, NO_AUGMENTATION, PAPER_AUGMENTATION, type Augmentation, type RandomErasing } from './data/augmentation.js';
export type { Sampling } from './data/sampling.js';
export { writePictures, type PicturesManifest, type WritePicturesOptions, type WrittenPictures } from './data/pictures.js';
export { digits, type DigitsOptions } from './data/digits.js';

// training
export { train, trainingEvents } from './training/train.js';
export type { TrainingEvent } from './training/trainingEvents.js';
export { writeManifest } from './training/writeManifest.js';
export { trainFolder, type PreparedTraining, type TrainedFolder } from './training/trainFolder.js';
export type { TrainFolderOptions } from './training/trainFolderOptions.js';
export { readRecipe, RECIPE_NAMES, type Recipe } from './training/recipe.js';
export type { GradientClip } from './training/gradientClip.js';
export type { LearningOptions, TrainingData, TrainingEngine, TrainingOptions } from './training/trainingOptions.js';
export type { TrainingSettings } from './training/trainingSettings.js';
export type { CheckpointOptions } from './training/checkpointOptions.js';
export type { ClassWeights } from './training/classWeights.js';
export type { EarlyStopping } from './training/earlyStopping.js';
export type { HeadWeight, HeadWeights } from './training/headWeights.js';
export type { PhaseSettings, TrainingPhase } from './training/phases.js';
export { loadCheckpoint, type LoadCheckpointOptions } from './training/loadCheckpoint.js';
export { reestimateBatchNormalization, type Reestimation, type ReestimateOptions } from './training/reestimateBatchNormalization.js';
export type { EngineRecord, EpochRecord, StepProgress, TrainingReport } from './training/trainingReport.js';
export type { NamedNetwork } from './networks/namedNetwork.js';
export type { NetworkChoice } from './training/networkLadder.js';
export type { PlanRequest } from './training/planRequest.js';
export type { TrainingPlan } from './training/planTraining.js';
export type { Schedule } from './training/schedules.js';
export type { OptimizerSettings } from './training/optimizers/optimizer.js';
export type { AdamSettings } from './training/optimizers/adam.js';
export type { AdamWSettings } from './training/optimizers/adamW.js';
export type { RmsPropSettings } from './training/optimizers/rmsProp.js';
export type { SgdSettings } from './training/optimizers/sgd.js';

// evaluation
export { evaluate, evaluateScores, predictDataset, type EvaluateOptions } from './evaluation/evaluate.js';
export type { Evaluation, MemberEvaluation, TopKAccuracy } from './evaluation/evaluationTally.js';
export { scoreDataset, type DatasetScores, type ScoreDatasetOptions } from './evaluation/scoreDataset.js';
export { cropRectangles, type CropCount, type CropRectangle } from './evaluation/crops.js';
export { logisticRegression, type Baseline, type LogisticRegressionOptions } from './evaluation/logisticRegression.js';
export type { ModelOrEnsemble } from './evaluation/assertDatasetFits.js';
export type { MemberScores, ScoreOptions } from './evaluation/scoreBatches.js';
export { combineHeads, type HeadCombination } from './evaluation/heads.js';
export {
  compareHeads,
  type AnswerEvaluation,
  type CompareHeadsOptions,
  type HeadComparison,
  type VoteFit,
} from './evaluation/compareHeads.js';
export { earlyExit, type EarlyExit, type EarlyExitCosts, type EarlyExitOptions, type EarlyExitPoint } from './evaluation/earlyExit.js';
export { predictionsCsv, predictionsOf, type DatasetPrediction } from './evaluation/predictions.js';
export type { Calibration, CalibrationBin } from './evaluation/calibration.js';
export type { ClassEvaluation, HeadEvaluation } from './evaluation/metrics.js';

// files
export { saveModel, type SaveModelOptions } from './io/saveModel.js';
export type { ModelFormat } from './io/modelFormat.js';
export type { WriteOptions } from './io/modelWriters.js';
export { loadModel, type LoadModelOptions } from './io/loadModel.js';
export { loadWeights, type LoadWeightsOptions, type WeightSource } from './io/loadWeights.js';
export type { WeightReport } from './io/weights/weightReport.js';
export type { Normalization } from './io/weights/inputRange.js';

// use
export { createClassifier } from './inference/createClassifier.js';
export type { ModelOrPath } from './inference/openNetwork.js';
export type { Classifier, EngineReport, ImageSource, Prediction } from './inference/classifier.js';
export type { ClassifierOptions } from './inference/classifierOptions.js';

// pictures of networks
export { networkSvg } from './explain/networkSvg.js';
export type { DrawingOptions } from './explain/drawingOptions.js';
export { networkPng, type NetworkPng } from './explain/networkPng.js';
export { networkDot } from './explain/networkDot.js';

// reports
export { heldOutPictures, type HeldOutPictures, type HeldOutPicturesOptions } from './explain/heldOutPictures.js';
export type { PicturePrediction } from './explain/predictionCards.js';
export type { DataSummary } from './explain/dataSection.js';
export type { DuplicateSummary } from './explain/duplicatesPart.js';
export type { ReportFact } from './explain/factList.js';
export type { ReportPicture } from './explain/pictureUri.js';
export type { PictureSource, Provenance } from './explain/provenanceSection.js';
export type { ReportBaseline } from './explain/resultSection.js';
export type { RepeatRecord } from './explain/repeatSection.js';
export { trainedFolderReport, type TrainedFolderReportOptions } from './explain/trainedFolderReport.js';
export { trainingReportHtml, type TrainingReportContent } from './explain/report.js';

export { InceptionError, type InceptionErrorCode } from './errors.js';
export { version } from './version.js';

registerLayers();
