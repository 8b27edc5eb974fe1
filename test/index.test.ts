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
       "adaptiveAveragePooling2d",
       "auxiliaryHead",
       "batchNormalization",
       "combineHeads",
       "conv2dBN",
       "costOf",
       "costOfSteps",
       "costTable",
       "createClassifier",
       "decodeImage",
       "diffSpecs",
       "digits",
       "dropout",
       "evaluate",
       "featureExtractor",
       "freezeTo",
       "googLeNet",
       "heldOutPictures",
       "imageArrays",
       "imageFolder",
       "inceptionModule",
       "inceptionModuleSpec",
       "inceptionNet",
       "loadModel",
       "loadWeights",
       "localResponseNormalization",
       "logisticRegression",
       "minimumInputSize",
       "missingKernels",
       "networkSpec",
       "predictDataset",
       "replaceHead",
       "runTrainingStep",
       "saveModel",
       "summaryTable",
       "tf",
       "traceShapes",
       "train",
       "trainFolder",
       "trainingReportHtml",
       "useBackend",
       "validateSpec",
       "version",
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
