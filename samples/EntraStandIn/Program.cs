using System.Runtime.InteropServices;
using EntraStandIn;

// EntraStandIn [--port N] [--folder DIR]
var port = 0;
var folder = Path.Join(Path.GetTempPath(), "entra-stand-in-" + Environment.ProcessId);
for (var i = 0; i < args.Length; i += 2)
{
    if (i + 1 < args.Length && args[i] == "--port" && ushort.TryParse(args[i + 1], out var given)) port = given;
    else if (i + 1 < args.Length && args[i] == "--folder" && args[i + 1].Length > 0) folder = Path.GetFullPath(args[i + 1]);
    else
    {
        Console.Error.WriteLine($"EntraStandIn: '{args[i]}' is unknown or its value is missing. Usage: EntraStandIn [--port N] [--folder DIR]");
        return 2;
    }
}

if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
try
{
    await using var standIn = await StandIn.StartAsync(folder, port, TimeProvider.System);
    Console.WriteLine(standIn.Describe());
    var end = new TaskCompletionSource();
    void End(PosixSignalContext signal)
    {
        signal.Cancel = true;
        end.TrySetResult();
    }

    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
    while (await Task.WhenAny(end.Task, Task.Delay(TimeSpan.FromMinutes(30))) != end.Task) await standIn.RenewWorkloadTokenAsync();
    return 0;
}
catch (IOException exception)
{
    Console.Error.WriteLine($"EntraStandIn: it cannot start: {exception.Message} Use another --port or --folder.");
    return 1;
}
