using System.Text.Json;
using Gatehouse.Gateway.Secrets;
using Gatehouse.Gateway.Stores;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Secrets;

/// <summary>An act of a command beside the gateway has its entry, whether a gateway runs or not (AU-01).</summary>
[Trait("Requirement", "AU-01")]
public sealed class CommandActTests
{
    [Fact]
    public async Task ActBeforeTheStart_IsAnEntryOfTheStart()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(settings =>
        {
            Act(clock, settings.StateDirectory, "secret.set", "github-token", "done");
            Act(clock, settings.StateDirectory, "secret.remove", "other", "refused");
            Act(clock, settings.StateDirectory, "secret.rotate", null, null); // the command was ended
            return settings;
        });
        Assert.Equal(
            [("secret.set", "github-token", "done"), ("secret.remove", "other", "refused"), ("secret.rotate", "", "unknown")], Entries(gateway));
        Assert.Empty(Waiting(gateway));
    }

    [Fact]
    public async Task ActWhileAGatewayRuns_IsAnEntry_OnceTheCommandHasEnded()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(time: clock);
        var acts = gateway.Host.Core.Services.CommandActs;
        using (var begun = CommandAct.Begin(Folder(gateway), "secret.set", "github-token", clock))
        {
            await acts.RecordAsync();
            Assert.Empty(Entries(gateway));
            begun.End("done");
        }

        clock.Advance(TimeSpan.FromSeconds(15)); // the sweep
        await Eventually.TrueAsync(() => Entries(gateway).Count > 0, "the act is an entry");
        Assert.Equal([("secret.set", "github-token", "done")], Entries(gateway));
        await acts.RecordAsync();
        Assert.Single(Entries(gateway));
    }

    [Theory]
    [InlineData("")]
    [InlineData("control.release\tx\t2026-11-20T08:00:00Z\t1\t2\ndone\n")] // another act
    [InlineData("secret.set\n")]
    public async Task FileThatNoCommandWrote_PutsNothingOfItInTheLog(string text)
    {
        await using var gateway = await TestGateway.StartAsync();
        var folder = Directory.CreateDirectory(StateFiles.CommandActs(Folder(gateway)));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "one"), text, TestContext.Current.CancellationToken);
        await gateway.Host.Core.Services.CommandActs.RecordAsync();
        Assert.Equal([("secret.unreadable", "", "unknown")], Entries(gateway));
        Assert.Empty(Waiting(gateway));
    }

    [Fact]
    public void ActsThatWait_HaveABound()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-acts-");
        try
        {
            var acts = folder.CreateSubdirectory("command-acts");
            for (var at = 0; at < CommandAct.Most; at++) File.WriteAllText(Path.Combine(acts.FullName, $"{at}"), "");
            var fault = Assert.Throws<IOException>(() => CommandAct.Begin(folder.FullName, "secret.set", "a", TimeProvider.System));
            Assert.Contains("start the gateway", fault.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Act(ManualTimeProvider clock, string folder, string act, string? target, string? outcome)
    {
        clock.Advance(TimeSpan.FromSeconds(1)); // acts of the same millisecond have no order
        using var begun = CommandAct.Begin(folder, act, target, clock);
        if (outcome is not null) begun.End(outcome);
    }

    private static string Folder(TestGateway gateway) => gateway.Host.Snapshots.Current.Settings.StateDirectory;

    private static string[] Waiting(TestGateway gateway) => Directory.GetFiles(StateFiles.CommandActs(Folder(gateway)));

    private static List<(string Act, string Target, string Outcome)> Entries(TestGateway gateway) =>
    [
        .. gateway.Entries().Where(static one => Text(one, "act").StartsWith("secret.", StringComparison.Ordinal))
            .Select(static one => (Text(one, "act"), Text(one, "target"), Text(one, "outcome"))),
    ];

    private static string Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.GetString()! : "";
}
