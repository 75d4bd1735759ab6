using System.Text.Json;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>An answer that is remembered: the calls for which it counts, and those for which it does not.</summary>
[Trait("Requirement", "AZ-04")]
[Trait("NoRetry", "yes")]
public sealed class RememberedAnswerTests
{
    [Fact]
    public async Task SameArguments_PassWithoutAQuestion_AndEachUseIsAnEntry()
    {
        await using var remembering = await RememberingGateway.StartAsync();
        await remembering.BeginAsync("/data/a", null);
        Assert.Equal("passed", await remembering.CallAsync("/data/a"));
        Assert.Equal("passed", await remembering.CallAsync("/data/a"));
        Assert.Equal(3, remembering.Asking.Forwarded.Count);
        Assert.Equal("GH4204", await remembering.CallAsync("/data/b"));
        Assert.Equal("GH4204", await remembering.CallAsync("/data/a", ",\"mode\":\"write\""));
        Assert.Equal("GH4204", await remembering.CallAsync("/data/a/b"));
        Assert.Equal(3, remembering.Asking.Forwarded.Count);
        Assert.Equal(
            ["approval.asked", "approval.shown", "approval.answered", "approval.remembered", "approval.spent", "approval.reused", "approval.reused"],
            remembering.Asking.Acts().Take(7));
    }

    [Theory]
    [InlineData("/data/a", "passed")] // the folder itself
    [InlineData("/data/a/", "passed")]
    [InlineData("/data/a/other/deep", "passed")]
    [InlineData("/data/ab", "GH4204")] // a prefix of the name and no segment
    [InlineData("/data/a2/x", "GH4204")]
    [InlineData("/data", "GH4204")]
    [InlineData("/data/A/x", "GH4204")] // case
    [InlineData("/data/a/../b", "GH4204")] // traversal
    [InlineData("/data/a/..", "GH4204")]
    [InlineData("/data/a/./x", "GH4204")]
    [InlineData("/data/a//x", "GH4204")]
    [InlineData("//data/a/x", "GH4204")]
    [InlineData("/data/a/%2e%2e/b", "GH4204")]
    [InlineData("/data/a/%252e%252e/b", "GH4204")]
    [InlineData("/data/a/..%2fb", "GH4204")]
    [InlineData("/data/a\\..\\b", "GH4204")]
    [InlineData("/data/a/\uFF0E\uFF0E/b", "GH4204")]
    [InlineData("data/a/x", "GH4204")] // relative
    [InlineData("file:///data/a/x", "GH4204")]
    [InlineData("/data/a/x\u0000", "GH4204")]
    public async Task Folder_CountsForPathsBelowIt_AndForNothingElse(string file, string outcome)
    {
        await using var remembering = await RememberingGateway.StartAsync();
        await remembering.BeginAsync("/data/a/first", "/data/a");
        Assert.Equal(outcome, await remembering.CallAsync(file));
        Assert.Equal("GH4204", await remembering.CallAsync(file, ",\"mode\":\"write\"")); // every other argument is equal
        Assert.Equal(outcome == "passed" ? 2 : 1, remembering.Asking.Forwarded.Count);
    }

    [Theory]
    [InlineData("{\"file\":[\"/data/a/x\"]}")]
    [InlineData("{\"file\":{\"path\":\"/data/a/x\"}}")]
    [InlineData("{\"file\":null}")]
    [InlineData("{\"File\":\"/data/a/x\"}")]
    [InlineData("{\"file\":\"/data/a/x\",\"File\":\"/etc/passwd\"}")]
    [InlineData("{}")]
    public async Task ArgumentOfAnotherForm_IsAskedAbout(string arguments)
    {
        await using var remembering = await RememberingGateway.StartAsync();
        await remembering.BeginAsync("/data/a/first", "/data/a");
        Assert.Equal("GH4204", await AskingGateway.CodeAsync(remembering.Alice.AskAsync("tools/call", AskingGateway.Echo(arguments), "echo")));
        Assert.Single(remembering.Asking.Forwarded);
    }

    [Fact]
    public async Task NestedArgument_IsFoundByItsPointer()
    {
        await using var remembering = await RememberingGateway.StartAsync(
            new ApprovalTerms { Remember = RememberScope.Path, RememberPointer = "/from/file" });
        await remembering.BeginAsync("/x", null);
        Assert.Equal("GH4204", await CallAsync("/data/a/first"));
        Assert.NotNull((await remembering.RememberAsync("/data/a")).Remembered);
        Assert.Equal("passed", await CallAsync("/data/a/first"));
        Assert.Equal("passed", await CallAsync("/data/a/second"));
        Assert.Equal("GH4204", await CallAsync("/data/b"));

        async Task<string> CallAsync(string file)
        {
            var answer = await remembering.Alice.AskAsync(
                "tools/call", AskingGateway.Echo($"{{\"from\":{{\"file\":\"{file}\"}},\"to\":\"/x\"}}"), "echo");
            return answer.TryGetProperty("error", out var error) ? error.GetProperty("data").GetProperty("code").GetString()! : "passed";
        }
    }

    [Theory]
    [InlineData("https://files.example/a/b", "passed")]
    [InlineData("https://FILES.example/a/b", "passed")]
    [InlineData("https://files.example/a", "passed")]
    [InlineData("https://files.example/ab", "GH4204")]
    [InlineData("https://files.example/A/b", "GH4204")]
    [InlineData("http://files.example/a/b", "GH4204")]
    [InlineData("https://files.example:8443/a/b", "GH4204")] // ports
    [InlineData("https://files.example:443/a/b", "GH4204")]
    [InlineData("https://user@files.example/a/b", "GH4204")] // user information
    [InlineData("https://files.example@evil.example/a/b", "GH4204")]
    [InlineData("https://files.example.evil.example/a/b", "GH4204")]
    [InlineData("https://files.example/a/b?x=1", "GH4204")] // queries
    [InlineData("https://files.example/a/b#x", "GH4204")]
    [InlineData("https://files.example/a/%2e%2e/b", "GH4204")]
    [InlineData("https://files.example/a/..;/b", "GH4204")]
    public async Task FolderOfUris_CountsForResourcesBelowIt(string uri, string outcome)
    {
        await using var remembering = await RememberingGateway.StartAsync(new ApprovalTerms { Remember = RememberScope.Path });
        Assert.Equal("GH4204", await RememberingGateway.ReadAsync(remembering.Alice, "https://files.example/a/first"));
        Assert.NotNull((await remembering.RememberAsync("https://files.example/a/")).Remembered);
        Assert.Equal("passed", await RememberingGateway.ReadAsync(remembering.Alice, "https://files.example/a/first"));
        var found = await RememberingGateway.ReadAsync(remembering.Alice, uri);
        Assert.True(found == outcome || (outcome != "passed" && found == "GH4003"), found); // no template covers some of them
    }

    // The same person, folder and tool, and one thing that differs.
    [Fact]
    public async Task AnotherCallerOrMethod_IsAskedAbout()
    {
        await using var remembering = await RememberingGateway.StartAsync();
        await remembering.BeginAsync("/data/a/first", "/data/a");
        var bob = await remembering.Asking.BeginAsync(subject: "bob");
        Assert.Equal("GH4204", await RememberingGateway.CallAsync(bob, "/data/a/x"));
        var prompt = remembering.Alice.AskAsync("prompts/get", "\"name\":\"echo\",\"arguments\":{\"file\":\"/data/a/x\"}", "echo");
        Assert.NotEqual("passed", await AskingGateway.CodeAsync(prompt));
        Assert.Single(remembering.Asking.Forwarded);
    }

    // Both eras ask in the same way, and the endpoint, the client and the rules are the same.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RememberedAnswer_CountsInBothEras(bool modern)
    {
        await using var remembering = await RememberingGateway.StartAsync();
        await remembering.BeginAsync("/data/a/first", "/data/a");
        Assert.Equal("passed", await RememberingGateway.CallAsync(await remembering.Asking.BeginAsync(modern), "/data/a/second"));
    }

    [Theory]
    [InlineData(null, 8, "not-remembered", RememberScope.None, 1)]
    [InlineData(null, 8, "not-remembered", RememberScope.Path, 2)]
    [InlineData("/data/a", 8, "no-remembered-folder", RememberScope.Arguments, 1)]
    [InlineData("/data/b", 8, "outside-folder", RememberScope.Path, 1)]
    [InlineData("/data/a/first/x", 8, "outside-folder", RememberScope.Path, 1)]
    [InlineData("/data/a/fir", 8, "outside-folder", RememberScope.Path, 1)]
    [InlineData("/", 8, "whole-root", RememberScope.Path, 1)]
    [InlineData("data/a", 8, "odd-path", RememberScope.Path, 1)]
    [InlineData("/data/a/../a", 8, "odd-path", RememberScope.Path, 1)]
    [InlineData("/data/a", 721, "too-long-remembered", RememberScope.Path, 1)]
    public async Task WishThatTheRuleOrTheCallDoesNotPermit_IsRefused_BeforeAnythingChanges(
        string? folder, int hours, string why, RememberScope scope, int approvers)
    {
        var terms = new ApprovalTerms { Remember = scope, RememberPointer = scope == RememberScope.Path ? "file" : null, Approvers = approvers };
        await using var remembering = await RememberingGateway.StartAsync(terms);
        Assert.Equal("GH4204", await remembering.CallAsync("/data/a/first"));
        Assert.Equal(why, await remembering.WhyNotAsync(folder, TimeSpan.FromHours(hours)));
        var seen = await remembering.Desk.ShownAsync((await remembering.Asking.OpenAsync()).Id, "carol");
        var answered = await remembering.Desk.AnswerAsync(seen, "carol", wish: new(folder, TimeSpan.FromHours(hours)));
        Assert.Equal(why, answered.Refusal?.Why);
        Assert.Single(await remembering.Asking.InStateAsync(ApprovalState.Open));
        Assert.Equal(0, await remembering.CountAsync());
    }

    [Fact]
    public async Task CallWhosePathIsRelative_IsRememberedForNoFolder()
    {
        await using var remembering = await RememberingGateway.StartAsync();
        Assert.Equal("GH4204", await remembering.CallAsync("data/a"));
        Assert.Equal("odd-path", await remembering.WhyNotAsync("/data"));
    }

    // Threat: a person is shown one thing, and another one is remembered.
    [Fact]
    public async Task TheShownText_SaysWhatIsRemembered_AndTheAnswerCountsForThisTextOnly()
    {
        await using var remembering = await RememberingGateway.StartAsync();
        Assert.Equal("GH4204", await remembering.CallAsync("/data/a/first"));
        var id = (await remembering.Asking.OpenAsync()).Id;
        var plain = await remembering.Desk.ShownAsync(id, "carol");
        Assert.Contains("not asked for; the rule permits the same arguments, or a folder for \"file\"", Text(plain.Lines!), StringComparison.Ordinal);
        Assert.Equal("not-shown", (await remembering.Desk.AnswerAsync(plain, "carol", wish: new("/data/a", null))).Refusal?.Why);
        var seen = await remembering.Desk.ShownAsync(id, "carol", wish: new("/data/a", TimeSpan.FromHours(2)));
        Assert.Contains("yes, for 2 h after the grant", Text(seen.Lines!), StringComparison.Ordinal);
        Assert.Contains("\"file\" is \"/data/a\" or below it", Text(seen.Lines!), StringComparison.Ordinal);
        Assert.NotEqual(plain.Shown, seen.Shown);
        Assert.Equal("not-shown", (await remembering.Desk.AnswerAsync(seen, "carol", wish: new("/data", TimeSpan.FromHours(2)))).Refusal?.Why);
        Assert.Equal("not-shown", (await remembering.Desk.AnswerAsync(seen, "carol", wish: new("/data/a", TimeSpan.FromHours(3)))).Refusal?.Why);
        Assert.Equal("not-shown", (await remembering.Desk.AnswerAsync(seen, "carol")).Refusal?.Why);
        Assert.NotNull((await remembering.Desk.AnswerAsync(seen, "carol", wish: new("/data/a", TimeSpan.FromHours(2)))).Result!.Remembered);
    }

    [Fact]
    public async Task DenialOfTheVeryCall_ComesBeforeAnAnswerForItsFolder()
    {
        await using var remembering = await RememberingGateway.StartAsync();
        Assert.Equal("GH4204", await remembering.CallAsync("/data/a/secret"));
        await remembering.Desk.LookAndAnswerAsync((await remembering.Asking.OpenAsync()).Id, "carol", grants: false);
        await remembering.BeginAsync("/data/a/first", "/data/a");
        Assert.Equal("GH4201", await remembering.CallAsync("/data/a/secret"));
        Assert.Equal("passed", await remembering.CallAsync("/data/a/other"));
    }

    [Fact]
    public async Task List_ShowsWhoMayDoWhatUntilWhen_AndForgetEndsIt()
    {
        await using var remembering = await RememberingGateway.StartAsync();
        var id = await remembering.BeginAsync("/data/a/first", "/data/a/", TimeSpan.FromHours(2));
        await remembering.CallAsync("/data/a/second");
        var listed = Assert.Single(await remembering.Desk.ListAsync());
        Assert.Equal((id, "remembered", "remembered", "tools/call", "echo", "alice", "file", "/data/a", 1),
            (listed.Id, listed.Kind, listed.State, listed.Method, listed.Target, listed.Caller, listed.Argument, listed.Folder, listed.Uses));
        Assert.Equal(TimeSpan.FromHours(2), listed.Expires - listed.At);
        Assert.Equal("carol", Assert.Single(listed.Answers).By);
        Assert.Equal("no-approval-right", (await remembering.Desk.ForgetAsync(id, "mallory")).Refusal?.Why);
        Assert.Equal("passed", await remembering.CallAsync("/data/a/second"));
        Assert.Null((await remembering.Desk.ForgetAsync(id, "dora")).Refusal);
        Assert.Equal("unknown-remembered", (await remembering.Desk.ForgetAsync(id, "dora")).Refusal?.Why);
        Assert.Equal("GH4204", await remembering.CallAsync("/data/a/second"));
        Assert.Contains("approval.forgotten", remembering.Asking.Acts());
    }

    [Fact]
    public async Task SecondAnswerForTheSameCalls_ReplacesTheFirst()
    {
        await using var remembering = await RememberingGateway.StartAsync();
        await remembering.BeginAsync("/data/a/first", "/data/a/first", TimeSpan.FromHours(1));
        await remembering.BeginAsync("/data/a/second", "/data/a", TimeSpan.FromHours(1));
        Assert.Equal(2, await remembering.CountAsync());
        Assert.Equal("GH4204", await remembering.CallAsync("/data/b"));
        await remembering.Desk.LookAndAnswerAsync((await remembering.Asking.OpenAsync()).Id, "carol", grants: false);
        Assert.Equal("passed", await remembering.CallAsync("/data/a/second"));
    }

    // Over generated paths: a call passes only where its path is the folder or below it.
    [Fact]
    public async Task NoGeneratedPathOutsideTheFolder_Passes()
    {
        string[] parts = ["data", "a", "ab", "A", "..", ".", "", "%2e%2e", "..;", "a%2f..", "\\..", "x", "etc", "\uFF0E\uFF0E", "a "];
        string[] starts = ["/", "/data/", "/data/a/", "file:///data/a/", "data/a/", "//data/a/"];
        var random = new Random(15);
        await using var remembering = await RememberingGateway.StartAsync(
            change: static s => s with { Approvals = s.Approvals with { OpenPerCaller = 1000, OpenPerApprover = 2000 } });
        await remembering.BeginAsync("/data/a/first", "/data/a");
        var (passed, tried) = (0, new HashSet<string>(StringComparer.Ordinal));
        while (tried.Count < 300)
        {
            var file = starts[random.Next(starts.Length)]
                + string.Join('/', Enumerable.Range(0, random.Next(4)).Select(_ => parts[random.Next(parts.Length)]));
            if (!tried.Add(file)) continue;
            var isInside = file == "/data/a" || (file.StartsWith("/data/a/", StringComparison.Ordinal)
                && file["/data/a/".Length..].TrimEnd('/').Split('/').All(static one => one is "data" or "a" or "ab" or "A" or "x" or "etc" or ""));
            var outcome = await remembering.CallAsync(file);
            Assert.True(outcome != "passed" || isInside, $"{file} passed");
            if (outcome == "passed") passed++;
        }

        Assert.InRange(passed, 5, 200); // the folder does permit paths
    }

    private static string Text(IReadOnlyList<string> lines) =>
        string.Concat(lines.Select(static line => line.TrimStart())
            .Select(static line => line.StartsWith("| ", StringComparison.Ordinal) ? line[2..] : line))
            .Replace("  ", " ", StringComparison.Ordinal);
}
