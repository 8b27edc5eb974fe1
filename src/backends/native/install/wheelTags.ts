/** The parts of the platforms that the recipe is written for, as wheels name them. Only x64 has been tested. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

/** The oldest C library that a manylinux tag of the new kind names. */
const OLDEST_GLIBC_MINOR = 5;

/** The architecture's name in wheels, or `undefined` where the recipe does not hold. */
export function wheelArchitecture(platform: string = process.platform, architecture: string = process.arch): string | undefined {
  return platform === 'linux' ? ARCHITECTURES[architecture] : undefined;
}

/** The version of the GNU C library that runs this process, such as `2.36`; `undefined` with another one, such as Alpine's musl. */
export function glibcVersion(): string | undefined {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime;
}

/**
 * Arguments by which pip takes a wheel for this machine whatever Python runs pip: TensorFlow's wheels are made for a few Pythons each, all
 * with the same C++ libraries, and Python 3.11 is among those of every release since 2.12.
 *
 * @param glibc Such as `2.36`: pip knows no order among platforms, so each that this machine can run is named.
 */
export function wheelTags(architecture: string, glibc: string): string[] {
  const minor = Number(glibc.split('.')[1]);
  const manylinux = Array.from({ length: minor - OLDEST_GLIBC_MINOR + 1 }, (_, index) => `manylinux_2_${minor - index}`);
  const platforms = [...manylinux, 'manylinux2014', 'manylinux2010'].flatMap((name) => ['--platform', `${name}_${architecture}`]);
  return ['--implementation', 'cp', '--python-version', '3.11', '--abi', 'cp311', '--abi', 'none', ...platforms];
}
