using Gatehouse.EndToEnd.Tests.Harness;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>A person reads the answer of an erasure: each remark begins a line, and no word is broken in a terminal of 80 columns.</summary>
[Trait("Requirement", "DP-03")]
[Trait("NoRetry", "yes")]
public sealed class ErasureAnswerTests
{
    private const string Erased = "2 keys destroyed, 1 kept request deleted, and the index deleted: the next search builds the index again";
    private const string Stays = "the entries stay without the person: times, issuer, servers, tools, decisions, sizes and pseudonyms. Every proof stays valid";
    private const string Exported = "an export named the person; it is not reached";
    private const string Reply = $$"""{"ok":true,"message":"{{Erased}}","remarks":["{{Stays}}","{{Exported}}"]}""";
    private const string Unfinished =
        $$"""{"ok":false,"message":"the erasure is not finished: a file","remedy":"run it again","faults":["{{Erased}}","{{Stays}}"]}""";

    private const string Command = "audit erase https://login.example.com alice --purpose ticket";

    [Fact]
    public async Task EachRemark_IsALine_ForAFileOrAProgram()
    {
        await using var gateway = new ListedGateway(Reply);
        var (code, output, errors) = await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll,
            [.. Command.Split(' '), "--state", gateway.Folder, "--token-file", gateway.Token]));
        Assert.True(code == 0 && output.Length == 0, output + errors);
        Assert.Equal($"{Erased}\n{Stays}\n{Exported}\n", errors);
    }

    [Fact]
    public async Task OfAnUnfinishedErasure_EachRemarkIsALineToo()
    {
        await using var gateway = new ListedGateway(Unfinished);
        var (code, _, errors) = await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll,
            [.. Command.Split(' '), "--state", gateway.Folder, "--token-file", gateway.Token]));
        Assert.Equal(1, code);
        Assert.Equal($"gatehouse: the erasure is not finished: a file\n  {Erased}\n  {Stays}\n  remedy: run it again\n", errors);
    }

    [Fact]
    public async Task InATerminalOf80Columns_EachRemarkBeginsALine_AndNoWordIsBroken()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script of util-linux, which makes a terminal, is not there");
        await using var gateway = new ListedGateway(Reply);
        var words = $"stty cols 80; dotnet {Repository.GatewayDll} {Command} --state {gateway.Folder} --token-file {gateway.Token}";
        var (code, output, errors) = await OneShot.RunAsync(new ProcessPlan("/bin/sh", ["-c", $"script -qec \"{words}\" /dev/null"]));
        Assert.True(code == 0, output + errors);
        var text = output.ReplaceLineEndings("\n");
        Assert.Contains(
            """
            2 keys destroyed, 1 kept request deleted, and the index deleted: the next search
              builds the index again
            the entries stay without the person: times, issuer, servers, tools, decisions,
              sizes and pseudonyms. Every proof stays valid
            an export named the person; it is not reached
            """.ReplaceLineEndings("\n"), text, StringComparison.Ordinal);
    }
}
