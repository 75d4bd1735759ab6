using System.Globalization;
using Gatehouse.Isolation;

// Starts the command of its arguments as a local process from a thread that ends at once, tells its number and waits to be
// killed.
LocalProcess? process = null;
var starter = new Thread(() => process = LocalProcess.Start(
    new LocalProcessOptions { Command = args, WorkingDirectory = "/", Environment = ProcessEnvironment.Minimum() },
    _ => { },
    TimeProvider.System));
starter.Start();
starter.Join();
await Console.Out.WriteLineAsync(process!.Id.ToString(CultureInfo.InvariantCulture));
await process.Exited;
await Console.Out.WriteLineAsync("exited");
