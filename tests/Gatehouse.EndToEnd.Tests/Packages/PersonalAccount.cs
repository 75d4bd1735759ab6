using System.Diagnostics;

namespace Gatehouse.EndToEnd.Tests.Packages;

/// <summary>
/// An account of a person who runs the programs of an archive, with a home and a folder for sockets of its own. Its host ends with it.
/// </summary>
/// <param name="packages">The packages, in whose folder the account has its own.</param>
/// <param name="programs">The folder with the programs.</param>
internal sealed class PersonalAccount(PublishedPackages packages, string programs) : IAsyncDisposable
{
    private readonly string run = MakePrivate(packages.NewFolder("run"));

    public string Home { get; } = packages.NewFolder("home");

    public string Program(string name) => Path.Join(programs, name);

    /// <summary>Runs a program of the folder to its end.</summary>
    public Task<(int Code, string Output, string Errors)> RunAsync(string program, params string[] arguments) =>
        OneShot.RunAsync(Start(Program(program), arguments), "");

    /// <summary>The same for a client that stays: stdin is open until the program ends by itself.</summary>
    public Task<(int Code, string Output, string Errors)> RunWithClientAsync(string program, params string[] arguments) =>
        OneShot.RunAsync(Start(Program(program), arguments), "", keepInput: true);

    /// <summary>Runs the command with a terminal of its own, at which the person types this line.</summary>
    public Task<(int Code, string Output, string Errors)> AtTerminalAsync(string line, string arguments) =>
        OneShot.RunAsync(Start("/usr/bin/script", ["-qec", $"{Program("gatehouse")} {arguments}", "/dev/null"]), line + "\n", keepInput: true);

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Program("gatehouse")) && File.Exists(Path.Join(run, "gatehouse", "control.sock"))) await RunAsync("gatehouse", "host", "stop");
    }

    private static string MakePrivate(string folder)
    {
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return folder;
    }

    private ProcessStartInfo Start(string file, string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = Home };
        start.Environment["HOME"] = Home;
        start.Environment["XDG_RUNTIME_DIR"] = run;
        start.Environment["XDG_STATE_HOME"] = Path.Join(Home, "state");
        start.Environment["XDG_CONFIG_HOME"] = Path.Join(Home, "config");
        return start;
    }
}
