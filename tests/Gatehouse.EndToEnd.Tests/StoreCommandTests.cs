using Gatehouse.EndToEnd.Tests.Harness;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>The alarm about a lost store, as an operator sees and acknowledges it.</summary>
[Trait("Requirement", "IR-01")]
[Trait("NoRetry", "yes")]
public sealed class StoreCommandTests : ConfiguredGateway
{
    [Fact]
    public async Task LostStore_IsInTheStatusOverRestarts_UntilItIsAcknowledged()
    {
        await using (var first = await ServeAsync())
        {
            var (none, _, why) = await RunAsync("store", "acknowledge");
            Assert.Equal(1, none);
            Assert.Contains("no alarm about the store is raised", why, StringComparison.Ordinal);
        }

        foreach (var file in Directory.GetFiles(State, "gatehouse.db*")) File.Delete(file);
        for (var start = 0; start < 2; start++)
        {
            await using var again = await ServeAsync();
            var (known, status, errors) = await RunAsync("status");
            Assert.True(known == 0, errors);
            Assert.Contains("store.alarm: lost since ", status, StringComparison.Ordinal);
        }

        await using var last = await ServeAsync();
        var (code, output, fault) = await RunAsync("store", "acknowledge");
        Assert.True(code == 0, fault);
        Assert.Contains("the alarm about the store (lost) of ", output + fault, StringComparison.Ordinal);
        Assert.DoesNotContain("store.alarm", (await RunAsync("status")).Output, StringComparison.Ordinal);
    }
}
