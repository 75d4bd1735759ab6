using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Gatehouse.Cli.Output;
using Gatehouse.Onboarding;

namespace Gatehouse.Cli.InitCommands;

/// <summary>
/// The check that protection works on this machine. A harmless server of Gatehouse's own runs through the very launcher that was written into the
/// configurations. An honest call has to be answered, an attack has to be refused without the server seeing it, and a command without an approval
/// must not start.
/// </summary>
/// <param name="launcher">The launcher.</param>
/// <param name="folder">Folder that the server starts in.</param>
internal sealed class ProtectionCheck(WrapLauncher launcher, string folder)
{
    /// <summary>Name of the server in the wrapper.</summary>
    public const string Name = "gatehouse-check";

    private const string Hello =
        """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"gatehouse-init","version":"1"}}}""";
    private const string Ready = """{"jsonrpc":"2.0","method":"notifications/initialized"}""";
    private const string Honest = """{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"count","arguments":{}}}""";

    // One message with two readings: a parser that takes the first name permits 'count', one that takes the last runs 'erase'.
    private const string Attack = """{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"count","arguments":{},"name":"erase"}}""";
    private const string Again = """{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"count","arguments":{}}}""";
    private const int MostLines = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>The command of the server, for its approval.</summary>
    public static IReadOnlyList<string> Server
    {
        get
        {
            var self = Environment.ProcessPath!;
            return OwnProgram.IsAssembly ? [self, OwnProgram.File, CheckServerCommand.Verb] : [self, CheckServerCommand.Verb];
        }
    }

    /// <summary>The command without an approval: it must not start.</summary>
    public static IReadOnlyList<string> Unapproved => [.. Server, "--not-approved"];

    /// <summary>Runs the steps. The server's command has to be approved before.</summary>
    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            return [.. await CallsAsync(limit.Token).ConfigureAwait(false), await UnapprovedAsync(limit.Token).ConfigureAwait(false)];
        }
        catch (Exception fault)
            when (fault is IOException or Win32Exception or JsonException or InvalidOperationException
                || (fault is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return [new CheckResult("the wrapper", false, fault is OperationCanceledException ? "it did not answer in time" : fault.Message)];
        }
    }

    private async Task<IReadOnlyList<CheckResult>> CallsAsync(CancellationToken stop)
    {
        using var wrapper = Start(Server);
        try
        {
            if (await AskAsync(wrapper, Hello, 1, stop).ConfigureAwait(false) is not { } hello || !hello.TryGetProperty("result", out _))
                return [new CheckResult("a permitted call", false,
                    "the server did not start: " + Shortened(await wrapper.StandardError.ReadToEndAsync(stop).ConfigureAwait(false)))];
            await wrapper.StandardInput.WriteLineAsync(Ready.AsMemory(), stop).ConfigureAwait(false);
            var honest = await AskAsync(wrapper, Honest, 2, stop).ConfigureAwait(false);
            var attack = await AskAsync(wrapper, Attack, 3, stop).ConfigureAwait(false);
            var after = await AskAsync(wrapper, Again, 4, stop).ConfigureAwait(false);
            return [Passed(honest), Refused(attack, after)];
        }
        finally
        {
            End(wrapper);
        }
    }

    private async Task<CheckResult> UnapprovedAsync(CancellationToken stop)
    {
        using var wrapper = Start(Unapproved);
        try
        {
            var answer = await AskAsync(wrapper, Hello, 1, stop).ConfigureAwait(false);
            var isServed = answer is { } message && message.TryGetProperty("result", out _);
            return new CheckResult("a command without approval", !isServed, isServed
                ? "IT WAS STARTED" : Code(answer) is { } code ? $"not started ({code})" : "not started");
        }
        finally
        {
            End(wrapper);
        }
    }

    private static CheckResult Passed(JsonElement? answer) =>
        new("a permitted call", Text(answer) == "0", Text(answer) == "0"
            ? "answered" : "NOT ANSWERED" + (Code(answer) is { } code ? $" ({code})" : ""));

    // The count shows the messages that reached the server. The text of the answer would prove nothing.
    private static CheckResult Refused(JsonElement? attack, JsonElement? after)
    {
        var isRefused = attack is { } message && message.TryGetProperty("error", out _);
        var isUnseen = Text(after) == "0";
        var seen = isRefused && isUnseen ? $"refused ({Code(attack) ?? "no code"}); the server did not see it" : isUnseen
            ? "NOT REFUSED, though the server did not act" : "IT REACHED THE SERVER";
        return new CheckResult("a call with two readings", isRefused && isUnseen, seen);
    }

    private Process Start(IReadOnlyList<string> server)
    {
        var start = new ProcessStartInfo(launcher.Command, [.. launcher.Arguments, "wrap", "--name", Name, "--", .. server])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
            UseShellExecute = false,
        };
        return Process.Start(start) ?? throw new InvalidOperationException("it could not be started");
    }

    private static async Task<JsonElement?> AskAsync(Process wrapper, string message, int id, CancellationToken stop)
    {
        await wrapper.StandardInput.WriteLineAsync(message.AsMemory(), stop).ConfigureAwait(false);
        await wrapper.StandardInput.FlushAsync(stop).ConfigureAwait(false);
        for (var lines = 0; lines < MostLines; lines++)
        {
            if (await wrapper.StandardOutput.ReadLineAsync(stop).ConfigureAwait(false) is not { } line) return null;
            using var answer = JsonDocument.Parse(line);
            var root = answer.RootElement;
            // An answer to a message that cannot be read may have no id.
            var isMine = root.TryGetProperty("id", out var found) && found.ValueKind == JsonValueKind.Number && found.GetInt32() == id;
            if (isMine || (root.TryGetProperty("error", out _) && found.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined))
                return root.Clone();
        }

        return null;
    }

    private static string? Text(JsonElement? answer) => answer is { } message && message.TryGetProperty("result", out var result)
        && result.TryGetProperty("content", out var content) && content.GetArrayLength() == 1 ? content[0].GetProperty("text").GetString() : null;

    private static string? Code(JsonElement? answer) => answer is { } message && message.TryGetProperty("error", out var error)
        && error.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object && data.TryGetProperty("code", out var code)
        ? code.GetString() : null;

    private static string Shortened(string text) => text.Length > 300 ? text[..300] : text.Trim();

    private static void End(Process wrapper)
    {
        wrapper.StandardInput.Close();
        if (wrapper.WaitForExit(TimeSpan.FromSeconds(5))) return;
        wrapper.Kill(entireProcessTree: true);
    }
}
