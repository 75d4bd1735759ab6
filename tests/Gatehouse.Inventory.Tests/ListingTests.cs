using Gatehouse.Integrity.Inspection;
using Gatehouse.Inventory.Listing;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Output;

namespace Gatehouse.Inventory.Tests;

/// <summary>Listing on consent: what is shown, what is started, within which bounds.</summary>
[Trait("Requirement", "IN-01")]
public sealed class ListingTests
{
    private const string Server =
        """
        import sys, json, os
        modern = len(sys.argv) > 1 and sys.argv[1] == 'modern'
        print('junk on stdout', flush=True)
        for line in sys.stdin:
            m = json.loads(line)
            if 'id' not in m: continue
            r = {'jsonrpc': '2.0', 'id': m['id']}
            if m['method'] == 'server/discover' and modern: r['result'] = {'supportedVersions': ['2026-07-28']}
            elif m['method'] == 'initialize' and not modern: r['result'] = {'protocolVersion': '2025-11-25', 'capabilities': {}, 'serverInfo': {'name': 'x', 'version': '1'}}
            elif m['method'] == 'tools/list':
                if (m.get('params') or {}).get('cursor'): r['result'] = {'tools': [{'name': 'second', 'description': 'sees ' + ','.join(sorted(k for k in os.environ if k.startswith('GH_'))), 'inputSchema': {'$ref': 'https://x.example/s.json'}, 'icons': [{'src': 'javascript:alert(1)'}]}]}
                else: r['result'] = {'tools': [{'name': 'first', 'description': 'fine\u200b\u200b\u200b\u200b', 'inputSchema': {'type': 'object'}}], 'nextCursor': 'n'}
            else: r['error'] = {'code': -32601, 'message': 'no'}
            print(json.dumps(r), flush=True)
        """;

    [Theory]
    [InlineData("modern", "2026-07-28")]
    [InlineData("legacy", "2025-11-25")]
    public async Task Server_IsStartedListedAndEnded(string era, string revision)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/python3"), "python3 is missing");
        using var planted = new Planted();
        var script = planted.Put("home/server.py", Server);
        planted.Put("home/.cursor/mcp.json",
            $"{{\"mcpServers\":{{\"one\":{{\"command\":\"/usr/bin/python3\",\"args\":[\"{script}\",\"{era}\"],\"env\":{{\"GH_ONE\":\"1\"}}}}}}}}");
        var report = await planted.ScanAsync();
        var request = StartRequest.For(report.Servers[0], planted.Home, out _)!;
        var (listed, gap) = await ServerLister.ListAsync(request, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Null(gap);
        Assert.Equal((revision, "first second"), (listed!.Revision, string.Join(' ', listed.Tools.Select(tool => tool.Name))));
        Assert.Equal("sees GH_ONE", listed.Tools[1].Description);
        var ids = report.With([listed], [new DefinitionInspector(FindingSuppressions.None, TimeProvider.System)],
            []).Findings.Select(finding => finding.Rule.Id).ToList();
        Assert.Equal(["GHS7001", "GHS7006", "GHS7007"], ids.Order());
    }

    [Theory]
    [InlineData("/bin/cat")]
    [InlineData("/bin/true")]
    [InlineData("/nowhere/at-all")]
    public async Task WhatDoesNotSpeak_IsAGap(string command)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "programs of Linux");
        var server = (await Planted.OneAsync($"{{\"command\":\"{command}\",\"cwd\":\"/\"}}")).Servers[0];
        var (listed, gap) =
            await ServerLister.ListAsync(StartRequest.For(server, "/", out _)!, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Null(listed);
        Assert.True(gap!.IsFailure);
    }

    // A list that is declared and not there must not take the others out of inspection.
    [Theory]
    [InlineData("'resources': {}", "prompts/list", true)]
    [InlineData("'resources': {}, 'prompts': {}", "resources/templates/list", true)]
    [InlineData("'tools': {}", "tools/list", false)]
    public async Task OneListThatIsNotThere_TakesNothingElseOutOfInspection(string capabilities, string missing, bool isListed)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/python3"), "python3 is missing");
        using var planted = new Planted();
        var script = planted.Put("home/server.py",
            Partial.Replace("CAPABILITIES", capabilities, StringComparison.Ordinal).Replace("MISSING", missing, StringComparison.Ordinal));
        planted.Put("home/.cursor/mcp.json", $"{{\"mcpServers\":{{\"one\":{{\"command\":\"/usr/bin/python3\",\"args\":[\"{script}\"]}}}}}}");
        var report = await planted.ScanAsync();
        var (listed, gap) =
            await ServerLister.ListAsync(StartRequest.For(report.Servers[0], planted.Home, out _)!, TimeProvider.System,
                TestContext.Current.CancellationToken);
        Assert.Equal(isListed, listed is not null);
        if (!isListed)
        {
            Assert.True(gap!.IsFailure);
            return;
        }

        var isDeclared = capabilities.Contains(missing.Split('/')[0], StringComparison.Ordinal);
        Assert.Equal(isDeclared, gap is { IsFailure: true }
            && gap.Why.Contains("the server answered " + missing + " with an error (-32601)", StringComparison.Ordinal));
        Assert.Contains("GHS7001",
            report.With([listed!], [new DefinitionInspector(FindingSuppressions.None, TimeProvider.System)],
                []).Findings.Select(finding => finding.Rule.Id));
    }

    private const string Partial =
        """
        import sys, json
        for line in sys.stdin:
            m = json.loads(line)
            if 'id' not in m: continue
            r = {'jsonrpc': '2.0', 'id': m['id']}
            if m['method'] == 'initialize': r['result'] = {'protocolVersion': '2025-11-25', 'capabilities': {CAPABILITIES}, 'serverInfo': {'name': 'x', 'version': '1'}}
            elif m['method'] == 'MISSING' or m['method'] == 'server/discover': r['error'] = {'code': -32601, 'message': 'no'}
            elif m['method'] == 'tools/list': r['result'] = {'tools': [{'name': 'first', 'description': 'fine\u200b\u200b\u200b\u200b', 'inputSchema': {'type': 'object'}}]}
            elif m['method'] == 'prompts/list': r['result'] = {'prompts': []}
            elif m['method'] == 'resources/list': r['result'] = {'resources': []}
            elif m['method'] == 'resources/templates/list': r['result'] = {'resourceTemplates': []}
            else: r['error'] = {'code': -32601, 'message': 'no'}
            print(json.dumps(r), flush=True)
        """;

    [Fact]
    public async Task APageThatIsTheSameAgain_EndsTheList()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/python3"), "python3 is missing");
        using var planted = new Planted();
        var script = planted.Put("home/server.py", Partial.Replace("CAPABILITIES", "'tools': {}", StringComparison.Ordinal)
            .Replace("{'tools': [", "{'nextCursor': '', 'tools': [", StringComparison.Ordinal));
        planted.Put("home/.cursor/mcp.json", $"{{\"mcpServers\":{{\"one\":{{\"command\":\"/usr/bin/python3\",\"args\":[\"{script}\"]}}}}}}");
        var report = await planted.ScanAsync();
        var (listed, gap) =
            await ServerLister.ListAsync(StartRequest.For(report.Servers[0], planted.Home, out _)!, TimeProvider.System,
                TestContext.Current.CancellationToken);
        Assert.Null(gap);
        Assert.Equal("first", Assert.Single(listed!.Tools).Name);
    }

    // Rows G06 to G08.
    [Fact]
    [Trait("Requirement", "G08")]
    public async Task Request_ShowsEverythingEscapedAndWhole()
    {
        var tail = new string('x', 5000);
        var report = await Planted.OneAsync(
            $"{{\"command\":\"sudo\",\"args\":[\"a\\u001b[2Kb\",\"{tail}end\",\"--token=ghp_Mou7aKiIZC9zbGyDMC1mZNuCFsnnNagBhRZy\"],\"env\":{{\"SECRET_NAME\":\"value-of-it\"}},\"cwd\":\"/srv\"}}");
        var text = StartRequest.For(report.Servers[0], "/home/me", out _)!.Render(new ServerFindings(report));
        Assert.Contains("This runs code on this machine with your rights.", text, StringComparison.Ordinal);
        Assert.Contains(tail + "end", text, StringComparison.Ordinal);
        Assert.Contains("a\\u{001B}[2Kb", text, StringComparison.Ordinal);
        Assert.Contains("SECRET_NAME", text, StringComparison.Ordinal);
        Assert.Contains("/srv", text, StringComparison.Ordinal);
        Assert.Contains("GHS2004", text, StringComparison.Ordinal);
        Assert.DoesNotContain("value-of-it", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Mou7aKi", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
    }

    [Theory]
    [InlineData("""{"command":"node","args":["${input:key}"]}""")]
    [InlineData("""{"command":"node","disabled":true}""")]
    [InlineData("""{"url":"https://x.example/"}""")]
    public async Task WhatOnlyTheClientCanStart_IsNotStarted(string server)
    {
        Assert.Null(StartRequest.For((await Planted.OneAsync(server)).Servers[0], "/", out var reason));
        Assert.NotNull(reason);
    }
}
