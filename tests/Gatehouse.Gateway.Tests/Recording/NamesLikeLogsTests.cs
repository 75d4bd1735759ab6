using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Audit.Tree;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>A name in the folder of the logs that is no log stops no answer from them, and is reported (CWE-400).</summary>
[Trait("NoRetry", "yes")]
public sealed class NamesLikeLogsTests
{
    [Theory]
    [InlineData("folder", 2)]
    [InlineData("folder", LogLayout.MostLogs)]
    [InlineData("file", 2)]
    [InlineData("file", LogLayout.MostLogs)]
    [InlineData("link", 2)]
    public async Task NameOfALogThatIsNone_StopsNeitherSearchNorGapsNorErasure_AndIsReported(string kind, int number)
    {
        await using var gateway = await PersonalFactsTests.StartAsync();
        await PersonalFactsTests.CallAsync(gateway, "alice");
        await PersonalFactsTests.FoundAsync(gateway, "alice");
        var issuer = gateway.Host.Development!.TrustedIssuer.Profile.Issuer;
        var path = Path.Combine(gateway.Host.State.Audit, LogLayout.LogName(number));
        if (kind == "folder") Directory.CreateDirectory(path);
        else if (kind == "link") Directory.CreateSymbolicLink(path, "/nowhere");
        else await File.WriteAllTextAsync(path, "");
        var search = await PersonalFactsTests.AskAsync(
            gateway, "olga", new ReadLog(LogReading.Search, new EntryFilter { Limit = 1000 }, "a test", false));
        var gaps = await PersonalFactsTests.AskAsync(gateway, "olga", new FindLogGaps(new EntryFilter(), "a test"));
        var erased = await PersonalFactsTests.AskAsync(gateway, "erik", new ErasePerson(issuer, "alice", "request 4711"));
        Assert.Equal((true, null, true, null, true, null),
            (search.Ok, search.Message, gaps.Ok, gaps.Message, erased.Ok, erased.Ok ? null : erased.Message));
        Assert.Contains(search.As<LogPage>().Page.Entries, static entry => entry.GetProperty("kind").GetString() == "ended");
        Assert.Equal(kind != "folder" || number > 2, gaps.As<LogGapsFound>().Report.Absent.Any(range => range.Log == LogLayout.LogName(number)));
    }
}
