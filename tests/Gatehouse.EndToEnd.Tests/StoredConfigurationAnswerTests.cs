using Gatehouse.EndToEnd.Tests.Harness;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>Answers of <c>gatehouse config diff|rollback</c> about configurations whose texts are not kept, or were in force at no time.</summary>
[Trait("Requirement", "CO-02")]
public sealed class StoredConfigurationAnswerTests : ConfiguredGateway
{
    [Fact]
    public async Task AConfigurationThatWasRefused_IsNotCalledUnknown()
    {
        await using var gateway = await ServeAsync();
        await File.AppendAllTextAsync(Policy, "unknown: 1\n");
        Assert.Equal(1, (await RunAsync("reload")).Code);
        var refused = (await HistoryAsync("--state", State))[0];
        Assert.Equal("refused", Text(refused, "outcome"));
        var (code, _, errors) = await RunAsync("config", "rollback", Text(refused, "digest")[..12], "--dry-run", "--state", State);
        Assert.True(code == 3, errors);
        Assert.Contains("was refused and never in force, and its texts are not kept", errors, StringComparison.Ordinal);
    }

    // No process had the replaced files with its flags and variables, so none are stored with them.
    [Fact]
    public async Task FilesThatARollbackReplaced_AreComparedWithoutFlagsAndVariables()
    {
        await using var gateway = await ServeAsync();
        WritePolicy("bob");
        Assert.Equal(0, (await RunAsync("reload")).Code);
        var first = Text((await HistoryAsync("--state", State))[1], "digest");
        WritePolicy("carol");
        var (code, _, errors) = await RunAsync("config", "rollback", first, "--reason", "ticket 4711", "--force", "--token-file", await TokenAsync());
        Assert.True(code == 0, errors);
        var replaced = Text((await HistoryAsync("--state", State))[0], "replaced");
        (code, var output, errors) = await RunAsync("config", "diff", replaced[..12], "in-force");
        Assert.True(code == 1, errors);
        Assert.Contains("-      subjects: [carol]\n+      subjects: [alice]\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("flags and variables", output, StringComparison.Ordinal);
        Assert.Contains($"flags and variables are not compared: none are stored with {replaced[..12]}", errors, StringComparison.Ordinal);
    }
}
