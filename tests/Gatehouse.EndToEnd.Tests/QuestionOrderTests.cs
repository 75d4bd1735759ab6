using System.Net.Sockets;
using System.Text.Json;
using Gatehouse.EndToEnd.Tests.Harness;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>
/// A person at a terminal is asked last: after the arguments, the files and the answer of a gateway that takes a confirmation. A person who confirms
/// acts that cannot be done learns to type yes without reading (design rule 12).
/// </summary>
[Trait("NoRetry", "yes")]
public sealed class QuestionOrderTests : IAsyncDisposable
{
    private const string Question = "Type yes:";
    private const string Development = """{"ok":true,"result":{"facts":{"development":"yes"}}}""";
    private const string Strict = """{"ok":true,"result":{"facts":{"development":"no"}}}""";
    private const string Refused = """{"ok":false,"message":"an administration token is needed","remedy":"give one with --token-file"}""";
    private const string Nothing = """{"ok":true,"result":{"page":{"entries":[]},"scope":"all","requests":[],"cases":[]}}""";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gh-question-");
    private ListedGateway? gateway;

    public static TheoryData<string> Commands =>
    [
        "audit person https://login.example.com alice --purpose ticket --output OUT/alice.jsonl",
        "audit erase https://login.example.com alice --purpose ticket",
        "audit clock --confirm",
        "audit search --purpose ticket",
        "audit gaps --purpose ticket",
        "session revoke 01m82ef5jccakkmjj3whwhtr9r",
        "config rollback 0000000000000000 --reason over",
        "approval revoke apr-7q4kd2m9xs",
        "approval forget rem-7q4kd2m9xs",
        "access revoke acc-7q4kd2m9xs",
        "quarantine cases --out OUT/cases.jsonl",
        "quarantine delete qua-7q4kd2m9xs",
        "contain server billing --reason incident",
        "release ctn-9k2m4p7wqz --reason over",
    ];

    public async ValueTask DisposeAsync()
    {
        if (gateway is not null) await gateway.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task WhereNoGatewayAnswers_NothingIsAsked(string command)
    {
        var (code, text) = await AtTerminalAsync(command, folder.FullName);
        Assert.True(code == 3 && text.Contains("no gateway", StringComparison.Ordinal), text);
        Assert.DoesNotContain(Question, text, StringComparison.Ordinal);
        Assert.Empty(folder.EnumerateFiles());
    }

    // The socket of a gateway that was killed is still there.
    [Theory]
    [InlineData("audit person https://login.example.com alice --purpose ticket --output OUT/alice.jsonl")]
    [InlineData("audit erase https://login.example.com alice --purpose ticket")]
    [InlineData("audit search --purpose ticket")]
    public async Task WhereAGatewayWasKilled_NothingIsAsked(string command)
    {
        // Nothing listens at the address.
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(folder.FullName, "control.sock")));
        var (code, text) = await AtTerminalAsync(command, folder.FullName);
        Assert.True(code == 3, text);
        Assert.DoesNotContain(Question, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("audit person https://login.example.com alice --purpose ticket --output OUT/alice.jsonl", "audit.person")]
    [InlineData("audit erase https://login.example.com alice --purpose ticket", "audit.erase")]
    [InlineData("audit search --purpose ticket", "audit.read")]
    public async Task WhereTheGatewayTakesNoConfirmation_NothingIsAsked_AndItNamesTheProofThatItTakes(string command, string verb)
    {
        gateway = new ListedGateway(Strict, Refused);
        var (code, text) = await AtTerminalAsync(command, gateway.Folder);
        Assert.True(code == 1 && text.Contains("an administration token is needed", StringComparison.Ordinal), text);
        Assert.DoesNotContain(Question, text, StringComparison.Ordinal);
        Assert.Equal(["status", verb], gateway.Asked.Select(asked => asked.GetProperty("act").GetString()));
        Assert.False(IsConfirmed(gateway.Asked[1]));
    }

    [Theory]
    [InlineData("audit search --purpose ticket")]
    [InlineData("quarantine cases --out OUT/cases.jsonl")]
    public async Task WhereTheGatewayTakesAConfirmation_APersonIsAsked_AndTheActHasIt(string command)
    {
        gateway = new ListedGateway(Development, Nothing);
        var (code, text) = await AtTerminalAsync(command, gateway.Folder);
        Assert.True(code == 0, text);
        Assert.Contains(Question, text, StringComparison.Ordinal);
        Assert.True(IsConfirmed(gateway.Asked[1]));
    }

    [Fact]
    public async Task AnAnswerOtherThanYes_SendsNothing_AndLeavesNoFile()
    {
        gateway = new ListedGateway(Development, Nothing);
        var (code, text) = await AtTerminalAsync(
            "audit person https://login.example.com alice --purpose ticket --output OUT/alice.jsonl", gateway.Folder, answer: "no");
        Assert.True(code == 1 && text.Contains("not confirmed, because the answer was not 'yes'; nothing was changed", StringComparison.Ordinal), text);
        Assert.Single(gateway.Asked);
        Assert.Empty(folder.EnumerateFiles());
    }

    [Theory]
    [InlineData("audit person https://login.example.com alice --purpose ticket --output OUT/none/alice.jsonl")]
    [InlineData("quarantine cases --out OUT/none/cases.jsonl")]
    [InlineData("quarantine cases --out /proc/cases.jsonl")]
    public async Task WhereTheFileCannotBeWritten_NothingIsAsked(string command)
    {
        gateway = new ListedGateway(Development, Nothing);
        var (code, text) = await AtTerminalAsync(command, gateway.Folder);
        Assert.True(code == 3 && text.Contains("cannot be written", StringComparison.Ordinal), text);
        Assert.DoesNotContain(Question, text, StringComparison.Ordinal);
        Assert.Empty(gateway.Asked);
    }

    // A command that stays has no other end than this one.
    [Theory]
    [InlineData("audit tail --purpose ticket", 0)]
    [InlineData("audit person https://login.example.com alice --purpose ticket --output OUT/alice.jsonl", 1)]
    public async Task CtrlCAtTheQuestion_EndsTheCommand_AndLeavesNoFile(string command, int expected)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script of util-linux, which makes a terminal, is not there");
        gateway = new ListedGateway(Development, Nothing);
        await using var asking = LiveCommand.StartAtTerminal(Line(command, gateway.Folder));
        await asking.WroteAsync(Question);
        Assert.Equal(expected, await asking.TypeInterruptAsync());
        Assert.Single(gateway.Asked);
        Assert.Empty(folder.EnumerateFiles());
    }

    private static bool IsConfirmed(JsonElement request) => request.TryGetProperty("confirmed", out var confirmed) && confirmed.GetBoolean();

    private async Task<(int Code, string Text)> AtTerminalAsync(string command, string state, string answer = "yes")
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script of util-linux, which makes a terminal, is not there");
        var (code, output, errors) = await OneShot.RunAsync(
            new ProcessPlan("/bin/sh", ["-c", $"printf '{answer}\\n' | script -qec \"{Line(command, state)}\" /dev/null"]));
        return (code, output + errors);
    }

    private string Line(string command, string state) =>
        $"dotnet {Repository.GatewayDll} {command.Replace("OUT", folder.FullName, StringComparison.Ordinal)} --state {state}";
}
