using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Places;

namespace Gatehouse.Inventory.Tests;

/// <summary>Planted homes of the three systems: every server that is planted is found, none is invented.</summary>
[Trait("Requirement", "IN-01")]
public sealed class ClientTests
{
    private const string Command = """{"command":"node","args":["/opt/server.js"]}""";

    [Theory]
    [InlineData("Claude Desktop", MachineSystem.Linux, "home/.config/Claude/claude_desktop_config.json")]
    [InlineData("Claude Desktop", MachineSystem.MacOs, "home/Library/Application Support/Claude/claude_desktop_config.json")]
    [InlineData("Claude Desktop", MachineSystem.Windows, "home/AppData/Roaming/Claude/claude_desktop_config.json")]
    [InlineData("Claude Code", MachineSystem.Linux, "home/.claude.json")]
    [InlineData("Claude Code", MachineSystem.Linux, "system/claude-code/managed-mcp.json")]
    [InlineData("Cursor", MachineSystem.MacOs, "home/.cursor/mcp.json")]
    [InlineData("Windsurf", MachineSystem.Windows, "home/.codeium/windsurf/mcp_config.json")]
    [InlineData("Cline", MachineSystem.Linux, "home/.config/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json")]
    [InlineData("Cline", MachineSystem.MacOs, "home/.cline/data/settings/cline_mcp_settings.json")]
    [InlineData("Gemini CLI", MachineSystem.Linux, "home/.gemini/settings.json")]
    [InlineData("Gemini CLI", MachineSystem.MacOs, "system/GeminiCli/settings.json")]
    [InlineData("Copilot CLI", MachineSystem.Linux, "home/.copilot/mcp-config.json")]
    [InlineData("LM Studio", MachineSystem.Windows, "home/.lmstudio/mcp.json")]
    [InlineData("JetBrains", MachineSystem.Linux, "home/.junie/mcp/mcp.json")]
    public Task McpServers_AreFound(string client, MachineSystem system, string path) =>
        IsFoundAsync(client, system, path, $$$$$"""{"mcpServers":{"planted":{{{{{Command}}}}}}}""");

    [Theory]
    [InlineData("VS Code", MachineSystem.Linux, "home/.config/Code/User/mcp.json")]
    [InlineData("VS Code", MachineSystem.MacOs, "home/Library/Application Support/Code/User/profiles/abc/mcp.json")]
    [InlineData("VS Code", MachineSystem.Windows, "home/AppData/Roaming/Code/User/mcp.json")]
    [InlineData("Visual Studio", MachineSystem.Windows, "home/.mcp.json")]
    public Task Servers_AreFound(string client, MachineSystem system, string path) => IsFoundAsync(client, system, path,
        "// of this person\n{\"inputs\":[{\"id\":\"k\",\"type\":\"promptString\"}],\"servers\":{\"planted\":" + Command + ",},}");

    [Theory]
    [InlineData("VS Code", MachineSystem.Linux, "home/.config/Code/User/settings.json",
        """{"editor.fontSize":12,"mcp":{"servers":{"planted":{"command":"node","args":["/opt/server.js"]}}}}""")]
    [InlineData("VS Code", MachineSystem.Linux, "home/.config/Code - Insiders/User/settings.json",
        """{"mcp.servers":{"planted":{"command":"node","args":["/opt/server.js"]}}}""")]
    [InlineData("Zed", MachineSystem.Linux, "home/.config/zed/settings.json",
        """{"theme":"One", /* x */ "context_servers":{"planted":{"source":"custom","command":"node","args":["/opt/server.js"],}}}""")]
    [InlineData("Zed", MachineSystem.MacOs, "home/.config/zed/settings.json",
        """{"context_servers":{"planted":{"command":{"path":"node","args":["/opt/server.js"],"env":{}}}}}""")]
    [InlineData("Zed", MachineSystem.Windows, "home/AppData/Roaming/Zed/settings.json",
        """{"context_servers":{"planted":{"command":"node","args":["/opt/server.js"]}}}""")]
    [InlineData("Codex CLI", MachineSystem.Linux, "home/.codex/config.toml",
        "model = \"x\"\n\n[mcp_servers.planted]\ncommand = \"node\"\nargs = [\n  '/opt/server.js', # here\n]\n")]
    [InlineData("Goose", MachineSystem.Linux, "home/.config/goose/config.yaml",
        "GOOSE_MODEL: x\nextensions:\n  planted:\n    type: stdio\n    enabled: true\n    cmd: node\n    args: [/opt/server.js]\n")]
    [InlineData("Goose", MachineSystem.Windows, "home/AppData/Roaming/Block/goose/config/config.yaml",
        "extensions:\n  planted:\n    type: stdio\n    cmd: node\n    args:\n      - /opt/server.js\n")]
    [InlineData("Continue", MachineSystem.Linux, "home/.continue/config.yaml",
        "name: mine\nversion: 1.0.0\nschema: v1\nmcpServers:\n  - name: planted\n    command: node\n    args:\n      - /opt/server.js\n")]
    [InlineData("Claude Code", MachineSystem.Linux, "home/.claude.json",
        """{"numStartups":3,"projects":{"/nowhere/p":{"mcpServers":{"planted":{"type":"stdio","command":"node","args":["/opt/server.js"]}}}}}""")]
    [InlineData("Claude Desktop", MachineSystem.MacOs, "home/Library/Application Support/Claude/Claude Extensions/x/manifest.json",
        """{"manifest_version":"0.3","name":"planted","server":{"type":"node","mcp_config":{"command":"node","args":["/opt/server.js"]}}}""")]
    [InlineData("JetBrains", MachineSystem.Linux, "home/.config/JetBrains/Idea2026.1/options/llm.mcpServers.xml",
        """<application><component name="McpApplicationServerCommands"><commands><McpServerCommand><option name="name" value="planted"/><option name="programPath" value="node"/><option name="arguments" value="/opt/server.js"/></McpServerCommand></commands></component></application>""")]
    public Task OtherForms_AreFound(string client, MachineSystem system, string path, string text) => IsFoundAsync(client, system, path, text);

    [Theory]
    [InlineData("Claude Code", ".mcp.json", "mcpServers")]
    [InlineData("Visual Studio", ".mcp.json", "servers")]
    [InlineData("VS Code", ".vscode/mcp.json", "servers")]
    [InlineData("Cursor", ".cursor/mcp.json", "mcpServers")]
    [InlineData("Copilot CLI", ".github/mcp.json", "mcpServers")]
    [InlineData("Gemini CLI", ".gemini/settings.json", "mcpServers")]
    [InlineData("Zed", ".zed/settings.json", "context_servers")]
    [InlineData("JetBrains", ".junie/mcp/mcp.json", "mcpServers")]
    [InlineData("Continue", ".continue/mcpServers/x.json", "mcpServers")]
    public async Task WorkspaceFiles_AreFoundInEveryFolder(string client, string path, string member)
    {
        using var planted = new Planted();
        planted.Put($"repo/packages/deep/{path}", $$$$$"""{"{{{{{member}}}}}":{"planted":{{{{{Command}}}}}}}""");
        var server = Assert.Single((await planted.ScanTreeAsync("repo")).Servers);
        Assert.Equal((client, LocationScope.Workspace), (server.Client, server.Scope));
    }

    [Fact]
    public async Task DevContainerAndPackage_AreFound()
    {
        using var planted = new Planted();
        planted.Put("repo/.devcontainer/devcontainer.json",
            """{"image":"x", "customizations":{"vscode":{"mcp":{"servers":{"planted":{"command":"npx","args":["-y","a-b@1.0.0"]}}}}}}""");
        planted.Put("repo/app/package.json", """{"name":"x","mcp":{"servers":{"other":{"command":"npx","args":["x@1.2.3"]}}}}""");
        planted.Put("repo/lib/package.json", """{"name":"y"}""");
        var report = await planted.ScanTreeAsync("repo");
        Assert.Equal(["planted", "other"], report.Servers.Select(server => server.Name));
        Assert.Equal(2, report.Files.Count);
    }

    [Fact]
    public async Task CleanHome_HasNothing()
    {
        using var planted = new Planted();
        planted.Put("home/.config/Code/User/settings.json", """{"editor.fontSize":12}""");
        planted.Put("home/notes/mcp.json", """{"mcpServers":{"not-read":{"command":"x"}}}""");
        var report = await planted.ScanAsync();
        Assert.Empty(report.Servers);
        Assert.Empty(report.Findings);
        Assert.False(report.IsIncomplete);
        Assert.Equal('A', report.Grade.Letter);
    }

    [Fact]
    public async Task KnownWorkspaces_AreLookedAt()
    {
        using var planted = new Planted();
        var file = planted.Put("work/app/.mcp.json", $$$$$"""{"mcpServers":{"planted":{{{{{Command}}}}}}}""");
        planted.Put("home/.claude.json", $$$$$"""{"projects":{"{{{{{Path.GetDirectoryName(file)}}}}}":{}}}""");
        Assert.Equal(file, Assert.Single((await planted.ScanAsync()).Servers).Place.File);
    }

    private static async Task IsFoundAsync(string client, MachineSystem system, string path, string text)
    {
        using var planted = new Planted(system);
        var file = planted.Put(path, text);
        var report = await planted.ScanAsync();
        var server = Assert.Single(report.Servers);
        Assert.Equal((client, "planted", "node /opt/server.js", "stdio", file),
            (server.Client, server.Name, server.CommandLine, server.Transport, server.Place.File));
        Assert.Equal(File.ReadAllText(file).Split('\n').ToList().FindIndex(line => line.Contains("planted", StringComparison.Ordinal)) + 1,
            server.Place.Line);
        Assert.False(report.IsIncomplete);
    }
}
