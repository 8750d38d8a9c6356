using System;
using Consumer;

await Journey.EchoAsync(Console.Out);
await Journey.StartTlsAsync(Console.Out);
Journey.Simulate(Console.Out);
