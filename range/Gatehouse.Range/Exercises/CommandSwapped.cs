using System.Diagnostics;
using System.Text.Json;
using Gatehouse.Gateway;
using Gatehouse.Ipc;
using Gatehouse.Local;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>The command of a local server is another one after a person has approved it.</summary>
public sealed class CommandSwapped : OfflineExercise<Func<CommandLine, string, Task>>
{
    private const string Name = "notes";
    private const string Variable = "RANGE_SONG";

    /// <inheritdoc />
    public override string Id => "wrap-command-swapped";

    /// <inheritdoc />
    public override string Title => "Command that changes after its approval";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP04", "MCP05"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["EX-05", "G06", "G11"];

    /// <inheritdoc />
    public override string Protection => "personal host, approval of the exact command";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A client asks once whether a server may start and remembers its name, or it starts every command in its file.",
        "Mallory cannot make Alice approve anything, but can change the file later: an argument, the program, its working folder, or a variable.",
        "With gatehouse wrap, the host identifies the approved command by every argument, the program found, the folder and the names of variables. "
            + "If one of them differs, it is another command: the host does not start it, and asks again.",
        "With a host that remembers only the name, each of the changed commands runs again.");

    /// <inheritdoc />
    public override Need Needs => Need.Python;

    internal override Task<Func<CommandLine, string, Task>> OpenUnguardedAsync(RangeFixture fixture) =>
        Task.FromResult<Func<CommandLine, string, Task>>(StartAsync);

    internal override Task<Func<CommandLine, string, Task>> OpenGuardedAsync(RangeFixture fixture) => HostAsync(fixture, PartReplacements.None);

    internal override Task<Func<CommandLine, string, Task>> OpenReplacedAsync(RangeFixture fixture) =>
        HostAsync(fixture, PartReplacements.None.Put(LocalPartNames.CommandApprovals, new ApprovalsByName(Name)));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(Func<CommandLine, string, Task> subject, RangeFixture fixture)
    {
        var approved = Approved(fixture);
        var elsewhere = fixture.AnotherFolder("elsewhere");
        return
        [
            await TryAsync("argument", song => approved with { Arguments = [.. approved.Arguments.Take(2), song] }).ConfigureAwait(false),
            await TryAsync("one argument more", song => approved with { Arguments = [.. approved.Arguments, song] }).ConfigureAwait(false),
            await TryAsync("program",
                song => approved with
                    { Arguments = ["/bin/sh", "-c", $"printf '%s\\n' '{song}' >> '{fixture.Canary.File}'"], Program = "/bin/sh" }).ConfigureAwait(
                        false),
            await TryAsync("folder with another script of the name", song =>
            {
                File.WriteAllText(Path.Combine(elsewhere, "sing.py"), Script(fixture, JsonSerializer.Serialize(song)));
                return approved with { Folder = elsewhere };
            }).ConfigureAwait(false),
            await TryAsync("variable that the program obeys", _ => approved with { Environment = [Variable] }).ConfigureAwait(false),
        ];

        async Task<Attempt> TryAsync(string name, Func<string, CommandLine> swap)
        {
            var song = $"swapped {name} {fixture.Canary.Secret}";
            await subject(swap(song), song).ConfigureAwait(false);
            var ran = fixture.Canary.Songs.Contains(song);
            return new Attempt(name, ran, ran ? "the swapped command ran" : "it was not started");
        }
    }

    internal override async Task<bool> UseHonestlyAsync(Func<CommandLine, string, Task> subject, RangeFixture fixture)
    {
        await subject(Approved(fixture), "unused").ConfigureAwait(false);
        return fixture.Canary.Songs.Contains("honest");
    }

    private static CommandLine Approved(RangeFixture fixture)
    {
        var folder = fixture.NewFolder("approved");
        File.WriteAllText(Path.Combine(folder, "sing.py"), Script(fixture, "os.environ.get('" + Variable + "') or sys.argv[-1]"));
        return new CommandLine([fixture.Tools.Python!, "sing.py", "honest"], fixture.Tools.Python!, folder, [])
        { Minimum = Isolation.ProcessEnvironment.Minimum() };
    }

    private static string Script(RangeFixture fixture, string song) =>
        $"import os, sys\nopen({JsonSerializer.Serialize(fixture.Canary.File)}, 'a').write({song} + '\\n')\n";

    // As a wrapper does it: it asks the host, and starts the program when the host says so and not before.
    private static async Task<Func<CommandLine, string, Task>> HostAsync(RangeFixture fixture, PartReplacements replacements)
    {
        var folder = fixture.AnotherFolder("p");
        var places = new RuntimePaths(Path.Combine(folder, "state"), Path.Combine(folder, "run"), Path.Combine(folder, "personal.yaml"));
        var options = new LocalHostOptions { Places = places, Host = new GatewayHostOptions { Replacements = replacements } };
        var host = fixture.Own((await LocalHost.StartAsync(options).ConfigureAwait(false))!);
        await host.Commands.ApproveAsync(Name, Approved(fixture)).ConfigureAwait(false);
        return async (command, value) =>
        {
            var connection = (await IpcConnection.TryConnectAsync(places, CancellationToken.None).ConfigureAwait(false))!;
            await using (connection.ConfigureAwait(false))
            {
                await connection.Writer.WriteAsync(FrameKind.Hello,
                    new ClientHello { Name = Name, Command = command, Configuration = places.Configuration }.ToUtf8Json(),
                    CancellationToken.None).ConfigureAwait(false);
                var answer = await connection.Reader.ReadAsync(FrameFormat.MaxHelloBytes, CancellationToken.None).ConfigureAwait(false);
                if (answer?.Kind == FrameKind.Welcome) await StartAsync(command, value).ConfigureAwait(false);
            }
        };
    }

    private static async Task StartAsync(CommandLine command, string value)
    {
        var start = new ProcessStartInfo(command.Program, command.Arguments.Skip(1)) { WorkingDirectory = command.Folder };
        foreach (var name in command.Environment) start.Environment[name] = value;
        using var process = Process.Start(start);
        await process!.WaitForExitAsync().ConfigureAwait(false);
    }
}
