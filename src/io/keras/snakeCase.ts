/** A class name as Keras spells it in paths: `Conv2D` → `conv2d`, `BatchNormalization` → `batch_normalization`. @see keras/src/utils/naming.py */
export function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
