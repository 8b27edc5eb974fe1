import * as tfjs from '@tensorflow/tfjs';
import * as inception from '../src/index';

describe('The package exports', () => {
  it('these names and no others', () => {
    expect(Object.keys(inception).sort()).toMatchInlineSnapshot(`
     [
       "InceptionError",
       "InceptionModel",
       "LIGHT_AUGMENTATION",
       "NO_AUGMENTATION",
       "PAPER_AUGMENTATION",
       "RECIPE_NAMES",
       "adaptiveAveragePooling2d",
       "auxiliaryHead",
       "batchNormalization",
       "combineHeads",
       "compareHeads",
       "conv2dBN",
       "costOf",
       "costOfSteps",
       "costTable",
       "createClassifier",
       "cropRectangles",
       "datasetManifest",
       "decodeImage",
       "diffSpecs",
       "digits",
       "dropout",
       "earlyExit",
       "evaluate",
       "evaluateScores",
       "exitCosts",
       "featureExtractor",
       "freezeTo",
       "googLeNet",
       "heldOutPictures",
       "imageArrays",
       "imageFolder",
       "inceptionModule",
       "inceptionModuleSpec",
       "inceptionNet",
       "loadCheckpoint",
       "loadModel",
       "loadWeights",
       "localResponseNormalization",
       "logisticRegression",
       "minimumInputSize",
       "missingKernels",
       "networkSpec",
       "predictDataset",
       "predictionsCsv",
       "predictionsOf",
       "readRecipe",
       "reestimateBatchNormalization",
       "replaceHead",
       "runTrainingStep",
       "saveModel",
       "scoreDataset",
       "summaryTable",
       "tf",
       "traceShapes",
       "train",
       "trainFolder",
       "trainedFolderReport",
       "trainingEvents",
       "trainingReportHtml",
       "useBackend",
       "validateSpec",
       "version",
       "writeManifest",
       "writePictures",
     ]
    `);
  });

  it("tfjs itself: tf's functions and classes are those of @tensorflow/tfjs", () => {
    expect(inception.tf.engine()).toBe(tfjs.engine());
    expect(inception.tf.LayersModel).toBe(tfjs.LayersModel);
    expect(inception.googLeNet({ classes: 2, inputShape: [32, 32, 3], widthMultiplier: 0.125 })).toBeInstanceOf(tfjs.LayersModel);
  });
});
