import { prepareGround } from './ground.ts'

// Unit tests of the kit's real programs and of a real engine run before Playwright prepares anything.
await prepareGround()
