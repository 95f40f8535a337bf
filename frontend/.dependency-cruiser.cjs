/** Imports point down only: the list below, from the roof to the cellar. */

const FLOORS = [
  ['app'],
  ['lessons'],
  ['editor', 'views'],
  ['primitives'],
  ['theme'],
  ['stream'],
  ['state'],
  ['core'],
  ['protocol'],
]

const folders = (floors) => `^src/(${floors.flat().join('|')})/`

/** A floor may not import a floor above it, nor its neighbor on the same floor. */
const floorRule = (floor, index) =>
  floor.map((name) => {
    const neighbors = floor.filter((other) => other !== name)
    return {
      name: `${name}-imports-down-only`,
      severity: 'error',
      from: { path: folders([[name]]) },
      to: { path: folders([...FLOORS.slice(0, index), neighbors]) },
    }
  })

const hasAbove = (floor, index) => index > 0 || floor.length > 1

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...FLOORS.flatMap((floor, index) => (hasAbove(floor, index) ? floorRule(floor, index) : [])),
    {
      name: 'every-file-has-a-floor',
      severity: 'error',
      from: { path: '^src/', pathNot: [folders(FLOORS), '^src/[^/]+\\.d\\.ts$'] },
      to: {},
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved-imports', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'core-knows-no-react',
      comment: 'core is pure: graph, geometry, color; STYLE rule 15',
      severity: 'error',
      from: { path: '^src/(core|protocol)/' },
      to: { path: 'node_modules/(react|react-dom|@xyflow|radix-ui|zustand)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true, // a type that points up is a dependency that points up
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'browser', 'default'] },
  },
}
