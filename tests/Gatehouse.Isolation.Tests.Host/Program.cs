using System.Globalization;
using Gatehouse.Isolation;

// Starts the command of its arguments as a local process from a thread that ends at once, tells its number and waits to be
// killed.
LocalProcess? process = null;
string? native = null;
var starter = new Thread(() =>
{
    native = Path.GetFileName(new DirectoryInfo("/proc/thread-self").LinkTarget);
    process = LocalProcess.Start(new LocalProcessOptions { Command = args, WorkingDirectory = "/", Environment = ProcessEnvironment.Minimum() },
        _ => { }, TimeProvider.System);
});
starter.Start();
starter.Join();
// Join returns before the thread of the system is gone, and a death signal is bound to that.
while (Directory.Exists($"/proc/self/task/{native}")) Thread.Yield();
await Console.Out.WriteLineAsync(process!.Id.ToString(CultureInfo.InvariantCulture));
await process.Exited;
await Console.Out.WriteLineAsync("exited");
