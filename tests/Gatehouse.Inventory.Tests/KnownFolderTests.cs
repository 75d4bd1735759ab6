using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Places;

namespace Gatehouse.Inventory.Tests;

/// <summary>Workspaces that clients' own state names are looked at; what is not here is not.</summary>
[Trait("Requirement", "IN-01")]
public sealed class KnownFolderTests
{
    private const string Server = """{"mcpServers":{"planted":{"command":"node","args":["/opt/server.js"]}}}""";

    [Theory]
    [InlineData(MachineSystem.Linux, "home/.config/Code/User/workspaceStorage/abc/workspace.json", """{"folder":"file://{work}"}""")]
    [InlineData(MachineSystem.MacOs, "home/Library/Application Support/Cursor/User/workspaceStorage/abc/workspace.json",
        """{"folder":"file://{work}"}""")]
    [InlineData(MachineSystem.Linux, "home/.config/Windsurf/User/workspaceStorage/abc/workspace.json",
        """{"workspace":"file://{work}/all.code-workspace"}""")]
    [InlineData(MachineSystem.Linux, "home/.config/VSCodium/User/workspaceStorage/abc/workspace.json", """{"folder":"file://{escaped}"}""")]
    [InlineData(MachineSystem.Linux, "home/.codex/config.toml", "[projects.\"{work}\"]\ntrust_level = \"trusted\"\n")]
    [InlineData(MachineSystem.Linux, "home/.claude.json", """{"projects":{"{work}":{}}}""")]
    [InlineData(MachineSystem.Linux, "home/.config/JetBrains/Idea2026.1/options/recentProjects.xml",
        """<application><component name="RecentProjectsManager"><option name="additionalInfo"><map><entry key="$USER_HOME$/a b"><value/></entry></map></option></component></application>""")]
    public async Task Named_IsLookedAt(MachineSystem system, string state, string text)
    {
        using var planted = new Planted(system);
        var work = Path.Join(planted.Home, "a b");
        var file = planted.Put("home/a b/.cursor/mcp.json", Server);
        planted.Put(state, text.Replace("{work}", work, StringComparison.Ordinal)
            .Replace("{escaped}", Uri.EscapeDataString(work).Replace("%2F", "/", StringComparison.Ordinal), StringComparison.Ordinal));
        var report = await planted.ScanAsync();
        Assert.Equal((file, LocationScope.Workspace), Assert.Single(report.Servers.Select(server => (server.Place.File, server.Scope))));
        Assert.False(report.IsIncomplete);
    }

    [Theory]
    [InlineData("""{"folder":"vscode-remote://ssh-remote%2Bhost/srv/app"}""")]
    [InlineData("""{"folder":"file://host/share"}""")]
    [InlineData("""{"folder":"file:///nowhere/at/all"}""")]
    [InlineData("""{"folder":"not an address"}""")]
    [InlineData("""{"folder":17}""")]
    [InlineData("""{}""")]
    public async Task WhatIsNotHere_IsNotLookedAt(string text)
    {
        using var planted = new Planted();
        planted.Put("home/.config/Code/User/workspaceStorage/abc/workspace.json", text);
        var report = await planted.ScanAsync();
        Assert.Empty(report.Servers);
        Assert.False(report.IsIncomplete);
    }

    [Fact]
    public async Task BrokenState_IsNotMeasured()
    {
        using var planted = new Planted();
        planted.Put("home/.config/Code/User/workspaceStorage/abc/workspace.json", "{");
        planted.Put("home/.config/JetBrains/Idea2026.1/options/recentProjects.xml", "<a>");
        Assert.Equal(2, (await planted.ScanAsync()).Gaps.Count(gap => gap.IsFailure && gap.Why.Contains("workspaces", StringComparison.Ordinal)));
    }
}
