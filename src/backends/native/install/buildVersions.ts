/** The versions of CUDA and cuDNN that a TensorFlow was built for. */
export interface BuildVersions {
  readonly cuda?: string;
  readonly cudnn?: string;
}

/** Reads them from the text of `tensorflow/python/platform/build_info.py`; neither is there in a build without CUDA. */
export function buildVersions(text: string): BuildVersions {
  const versionOf = (name: string): string | undefined => new RegExp(`['"]${name}['"], ['"](\\d[\\d.]*)['"]`).exec(text)?.[1];
  const [cuda, cudnn] = [versionOf('cuda_version'), versionOf('cudnn_version')];
  return { ...(cuda !== undefined && { cuda }), ...(cudnn !== undefined && { cudnn }) };
}
