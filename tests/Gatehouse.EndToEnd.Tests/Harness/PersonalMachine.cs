using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gatehouse.Audit.Search;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests.Harness;

/// <summary>A person's machine as far as wrapped servers see it: a home, a folder for sockets, and the command as it is delivered.</summary>
internal sealed class PersonalMachine : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gh-home-");

    public PersonalMachine(string? configuration = null)
    {
        Directory.CreateDirectory(Work);
        Directory.CreateDirectory(Path.Join(folder.FullName, "run"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (configuration is null) return;
        Directory.CreateDirectory(Path.GetDirectoryName(Configuration)!);
        File.WriteAllText(Configuration, configuration);
    }

    public static string WrapDll { get; } = Path.Join(Path.GetDirectoryName(Repository.GatewayDll), "gatehouse-wrap.dll");

    /// <summary>The fixture as a stdio server.</summary>
    public static string[] Fixture { get; } = ["dotnet", Repository.FixtureDll, "stdio"];

    /// <summary>Where clients start their servers.</summary>
    public string Work => Path.Join(folder.FullName, "work");

    public string Home => folder.FullName;

    /// <summary>The settings of this person.</summary>
    public string Configuration => Path.Join(folder.FullName, "config", "gatehouse", "personal.yaml");

    /// <summary>The socket of wrappers.</summary>
    public string HostSocket => Path.Join(folder.FullName, "run", "gatehouse", "host.sock");

    /// <summary>Lines of the host, in a file.</summary>
    public string HostLog => Path.Join(folder.FullName, "state", "gatehouse", "personal", "host.log");

    /// <summary>The variables of every process of this person.</summary>
    public Dictionary<string, string> Variables => new()
    {
        ["HOME"] = folder.FullName,
        ["XDG_RUNTIME_DIR"] = Path.Join(folder.FullName, "run"),
        ["XDG_STATE_HOME"] = Path.Join(folder.FullName, "state"),
        ["XDG_CONFIG_HOME"] = Path.Join(folder.FullName, "config"),
        ["DOTNET_NOLOGO"] = "1",
    };

    /// <summary>Command line of a wrapped server, after <c>dotnet</c>.</summary>
    public static string[] Wrapped(string name, string[] command, params string[] variables) =>
        [WrapDll, "--name", name, .. variables.SelectMany(variable => new[] { "--env", variable }), "--", .. command];

    /// <summary>Starts a client's end of a wrapped server.</summary>
    public WrappedProcess Start(string[] arguments, IReadOnlyDictionary<string, string>? more = null, string? work = null) =>
        new(StartInfo("dotnet", arguments, more, work));

    /// <summary>Runs a verb of the command to its end, with these words on its stdin.</summary>
    /// <param name="arguments">The verb and its arguments.</param>
    /// <param name="input">The words.</param>
    /// <param name="newSession">True for a session without a terminal.</param>
    public async Task<(int Code, string Output, string Errors)> RunAsync(string[] arguments, string input = "", bool newSession = false) =>
        await OneShot.RunAsync(newSession
            ? StartInfo("setsid", ["--wait", "dotnet", Repository.GatewayDll, .. arguments], null, null)
            : StartInfo("dotnet", [Repository.GatewayDll, .. arguments], null, null), input);

    /// <summary>Starts a verb of the command that stays, in a pipe.</summary>
    public LiveCommand Stay(params string[] arguments) => LiveCommand.Start(StartInfo("dotnet", [Repository.GatewayDll, .. arguments], null, null));

    /// <summary>Runs a verb of the command with a terminal of its own, at which a person types this word.</summary>
    public async Task<(int Code, string Text)> AtTerminalAsync(string answer, string arguments)
    {
        var (code, output, errors) = await OneShot.RunAsync(
            StartInfo("/usr/bin/script", ["-qec", $"dotnet {Repository.GatewayDll} {arguments}", "/dev/null"], null, null), answer + "\n",
            keepInput: true);
        return (code, output + errors);
    }

    /// <summary>Approves the command of a wrapper as a person does: reads the id that it asks under, and types yes at a terminal.</summary>
    public async Task<string> ApproveAsync(string[] wrapped, string? work = null)
    {
        var (code, _, errors) = await OneShot.RunAsync(StartInfo("dotnet", wrapped, null, work), "");
        Assert.True(code == 1, errors);
        var id = errors.Split("gatehouse wrap command approve ")[1][..12];
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script of util-linux, which makes a terminal, is not there");
        var (approved, output, why) =
            await OneShot.RunAsync(
                StartInfo("/usr/bin/script", ["-qec", $"dotnet {Repository.GatewayDll} wrap command approve {id}", "/dev/null"], null, null), "yes\n",
                keepInput: true);
        Assert.True(approved == 0, output + why);
        return output;
    }

    /// <summary>The process number of the host; null when none runs.</summary>
    public async Task<int?> HostAsync()
    {
        var (code, output, _) = await RunAsync(["host", "status"]);
        return code == 0 ? int.Parse(output.Split('\n').First(line => line.StartsWith("pid: ", StringComparison.Ordinal))[5..],
            CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Entries of the audit log.</summary>
    public IReadOnlyList<JsonElement> Entries() =>
        [.. OpenedLog.Read(Path.Join(folder.FullName, "state", "gatehouse", "personal", "audit"), TimeProvider.System)];

    public int Count(string act) => Entries().Count(entry => entry.TryGetProperty("act", out var value) && value.GetString() == act);

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Join(folder.FullName, "run", "gatehouse", "control.sock"))) await StopHostAsync();
        folder.Delete(recursive: true);
    }

    /// <summary>Stops the host. The command waits until its process is gone.</summary>
    public async Task StopHostAsync() => await RunAsync(["host", "stop"]);

    /// <summary>Waits until a process is gone.</summary>
    public static async Task EndedAsync(int id)
    {
        await Eventually.TrueAsync(() => !IsAlive(id), $"process {id} ends");
    }

    // A process that ended and was not collected by its parent yet is a zombie, and gone for this purpose.
    private static bool IsAlive(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..][0] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    private ProcessStartInfo StartInfo(string program, string[] arguments, IReadOnlyDictionary<string, string>? more, string? work)
    {
        var info = new ProcessStartInfo(program, arguments)
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = work ?? Work };
        foreach (var (name, value) in Variables) info.Environment[name] = value;
        foreach (var (name, value) in more ?? new Dictionary<string, string>()) info.Environment[name] = value;
        return info;
    }
}
