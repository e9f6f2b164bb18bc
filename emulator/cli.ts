import { startServer } from "./node.ts";

/** Without arguments: starts the emulator and says where it is. */
async function main(): Promise<void> {
  const { url, invented, emulator } = await startServer();
  console.log(`Revento emulator: ${url}`);
  for (const event of emulator.state.store.events.values()) console.log(`  ${event.id}  ${event.title}`);
  if (invented.length > 0) console.log(`Made up, because not in the environment: ${invented.join(", ")}`);
}

await main();
