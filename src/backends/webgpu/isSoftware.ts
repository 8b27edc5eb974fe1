import type { AdapterInfo } from './gpuObjects.js';

/** SwiftShader, Mesa's lavapipe (LLVM) and Direct3D's WARP, as their adapters name them. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render/i;

/** Whether an adapter computes on the CPU. */
export function isSoftware({ isFallbackAdapter, architecture, device, description }: AdapterInfo): boolean {
  return isFallbackAdapter === true || [architecture, device, description].some((text) => SOFTWARE.test(text));
}
