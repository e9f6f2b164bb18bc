/** What a publisher writes: `on("application.approved", async (event, ctx) => { … })`. */
export {};
