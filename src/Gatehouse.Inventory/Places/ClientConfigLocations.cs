using Gatehouse.Inventory.Model;
using static Gatehouse.Inventory.Model.LocationScope;
using static Gatehouse.Inventory.Places.MachineSystem;
using static Gatehouse.Inventory.Reading.ConfigFormat;

namespace Gatehouse.Inventory.Places;

/// <summary>The one table of places. Rows without a source are from the programs' own files, unconfirmed by documentation.</summary>
internal static class ClientConfigLocations
{
    private const string ClaudeDocs = "code.claude.com/docs/en/mcp";
    private const string CodeDocs = "code.visualstudio.com/docs/copilot/reference/mcp-configuration";
    private const string StudioDocs = "learn.microsoft.com/visualstudio/ide/mcp-servers";
    private const string GeminiDocs = "geminicli.com/docs/cli/configuration";
    private const string ContinueDocs = "docs.continue.dev/customize/deep-dives/mcp";
    private const string GooseDocs = "block.github.io/goose/docs/guides/config-files";
    private const string ClineDocs = "docs.cline.bot/getting-started/config";
    private const string CopilotDocs = "docs.github.com/copilot/how-tos/copilot-cli/customize-copilot/add-mcp-servers";

    public static IReadOnlyList<ClientConfigLocation> All { get; } =
    [
        new("Claude Desktop", MacOs | Windows, "{appdata}/Claude/claude_desktop_config.json", Json, "mcpServers",
            User, "playwright.dev/mcp/clients/claude-desktop"),
        new("Claude Desktop", Linux, "{appdata}/Claude/claude_desktop_config.json", Json, "mcpServers", User, null),
        new("Claude Desktop", All3, "{appdata}/Claude/Claude Extensions/*/manifest.json", Json, "server/mcp_config", User,
            "github.com/modelcontextprotocol/mcpb MANIFEST.md (format; the folder is unconfirmed)"),
        new("Claude Code", All3, "{home}/.claude.json", Json, "mcpServers|projects/*/mcpServers", User, ClaudeDocs),
        new("Claude Code", All3, "{home}/.claude/settings.json", Json, "mcpServers", User, "docs.aitmpl.com/cli/configuration"),
        new("Claude Code", All3, "{workspace}/.mcp.json", Json, "mcpServers", Workspace, ClaudeDocs),
        new("Claude Code", All3, "{workspace}/.claude/settings.json", Json, "", Workspace, "docs.aitmpl.com/cli/configuration"),
        new("Claude Code", All3, "{workspace}/.claude/settings.local.json", Json, "", Workspace, "docs.aitmpl.com/cli/configuration"),
        new("Claude Code", Linux, "{system}/claude-code/managed-mcp.json", Json, "mcpServers", LocationScope.System, null),
        new("Claude Code", MacOs | Windows, "{system}/ClaudeCode/managed-mcp.json", Json, "mcpServers", LocationScope.System, null),
        new("VS Code", All3, "{appdata}/Code/User/mcp.json", JsonWithComments, "servers", User, CodeDocs),
        new("VS Code", All3, "{appdata}/Code/User/profiles/*/mcp.json", JsonWithComments, "servers", User, CodeDocs),
        new("VS Code", All3, "{appdata}/Code/User/settings.json", JsonWithComments, "mcp/servers|mcp.servers", User,
            "github.com/docker/docs/commit/3712a398"),
        new("VS Code", All3, "{appdata}/Code - Insiders/User/mcp.json", JsonWithComments, "servers", User, CodeDocs),
        new("VS Code", All3, "{appdata}/Code - Insiders/User/settings.json", JsonWithComments, "mcp/servers|mcp.servers", User, null),
        new("VS Code", All3, "{home}/.vscode/mcp.json", JsonWithComments, "servers", User, "deepwiki.com/invariantlabs-ai/mcp-scan"),
        new("VS Code", All3, "{workspace}/.vscode/mcp.json", JsonWithComments, "servers", Workspace, CodeDocs),
        new("VS Code", All3, "{workspace}/.vscode/settings.json", JsonWithComments, "mcp/servers|mcp.servers", Workspace, null),
        new("VS Code", All3, "{workspace}/.vscode/tasks.json", JsonWithComments, "", Workspace, null),
        new("VS Code", All3, "{workspace}/.devcontainer/devcontainer.json", JsonWithComments,
            "customizations/vscode/mcp/servers|customizations/vscode/settings/mcp/servers", Workspace, CodeDocs),
        new("VS Code", All3, "{workspace}/.devcontainer.json", JsonWithComments,
            "customizations/vscode/mcp/servers|customizations/vscode/settings/mcp/servers", Workspace, CodeDocs),
        new("VS Code", All3, "{workspace}/*.code-workspace", JsonWithComments, "settings/mcp/servers|mcp/servers", Workspace, null),
        new("Visual Studio", Windows, "{home}/.mcp.json", JsonWithComments, "servers", User, StudioDocs),
        new("Visual Studio", All3, "{workspace}/.mcp.json", Json, "servers", Workspace, StudioDocs),
        new("Visual Studio", All3, "{workspace}/.vs/mcp.json", JsonWithComments, "servers", Workspace, StudioDocs),
        new("Cursor", All3, "{home}/.cursor/mcp.json", JsonWithComments, "mcpServers", User, "glama.ai/mcp/servers/@Intina47/context-sync"),
        new("Cursor", All3, "{workspace}/.cursor/mcp.json", JsonWithComments, "mcpServers", Workspace, "dev.to/eliran_kotzero_e1781dc487"),
        new("Windsurf", All3, "{home}/.codeium/windsurf/mcp_config.json", Json, "mcpServers", User, "docs.windsurf.com/windsurf/cascade/mcp"),
        new("Cline", All3, "{appdata}/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json", Json, "mcpServers", User,
            "gist.github.com/danielrosehill/ec279319"),
        new("Cline", All3, "{home}/.cline/data/settings/cline_mcp_settings.json", Json, "mcpServers", User, ClineDocs),
        new("Roo Code", All3, "{appdata}/Code/User/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json", Json, "mcpServers", User,
            "gist.github.com/danielrosehill/ec279319"),
        new("Roo Code", All3, "{workspace}/.roo/mcp.json", Json, "mcpServers", Workspace, "gist.github.com/danielrosehill/ec279319"),
        new("Continue", All3, "{home}/.continue/config.yaml", Yaml, "mcpServers", User, ContinueDocs),
        new("Continue", All3, "{home}/.continue/config.json", JsonWithComments, "mcpServers|experimental/modelContextProtocolServers", User, null),
        new("Continue", All3, "{home}/.continue/mcpServers/*.yaml", Yaml, "mcpServers", User, "github.com/wookat/agentmove v0.104.0"),
        new("Continue", All3, "{workspace}/.continue/mcpServers/*.yaml", Yaml, "mcpServers", Workspace, ContinueDocs),
        new("Continue", All3, "{workspace}/.continue/mcpServers/*.json", JsonWithComments, "mcpServers", Workspace, ContinueDocs),
        new("Zed", Linux | MacOs, "{config}/zed/settings.json", JsonWithComments, "context_servers", User,
            "surrealdb.com/docs (Zed); zed.dev/docs/assistant/context-servers"),
        new("Zed", MacOs, "{appdata}/Zed/settings.json", JsonWithComments, "context_servers", User, "docs.rs/crate/tokensave"),
        new("Zed", Windows, "{appdata}/Zed/settings.json", JsonWithComments, "context_servers", User, "docs.rs/sqz-engine"),
        new("Zed", All3, "{workspace}/.zed/settings.json", JsonWithComments, "context_servers", Workspace, "docs.rs/crate/tokensave"),
        new("JetBrains", All3, "{appdata}/JetBrains/*/options/llm.mcpServers.xml", Xml, "xml", User, null),
        new("JetBrains", All3, "{appdata}/github-copilot/intellij/mcp.json", JsonWithComments, "servers", User, null),
        new("JetBrains", All3, "{home}/.junie/mcp/mcp.json", Json, "mcpServers", User, null),
        new("JetBrains", All3, "{workspace}/.junie/mcp/mcp.json", Json, "mcpServers", Workspace, null),
        new("Gemini CLI", All3, "{home}/.gemini/settings.json", JsonWithComments, "mcpServers", User, GeminiDocs),
        new("Gemini CLI", All3, "{home}/.gemini/extensions/*/gemini-extension.json", JsonWithComments, "mcpServers", User, null),
        new("Gemini CLI", All3, "{workspace}/.gemini/settings.json", JsonWithComments, "mcpServers", Workspace, GeminiDocs),
        new("Gemini CLI", Linux | Windows, "{system}/gemini-cli/settings.json", JsonWithComments, "mcpServers", LocationScope.System, GeminiDocs),
        new("Gemini CLI", MacOs, "{system}/GeminiCli/settings.json", JsonWithComments, "mcpServers", LocationScope.System, GeminiDocs),
        new("Codex CLI", All3, "{home}/.codex/config.toml", Toml, "mcp_servers", User, "docs.pipeshub.com/mcp/codex"),
        new("Codex CLI", All3, "{workspace}/.codex/config.toml", Toml, "mcp_servers", Workspace, "docs.rs/tuff-adapter-codex"),
        new("Copilot CLI", All3, "{home}/.copilot/mcp-config.json", Json, "mcpServers", User, CopilotDocs),
        new("Copilot CLI", All3, "{workspace}/.github/mcp.json", Json, "mcpServers", Workspace, CopilotDocs),
        new("LM Studio", All3, "{home}/.lmstudio/mcp.json", Json, "mcpServers", User, "lmstudio.ai/docs/app/mcp"),
        new("LM Studio", All3, "{home}/.cache/lm-studio/mcp.json", Json, "mcpServers", User,
            "github.com/lmstudio-ai/lmstudio-bug-tracker/issues/1371"),
        new("Goose", Linux | MacOs, "{config}/goose/config.yaml", Yaml, "extensions", User, GooseDocs),
        new("Goose", Windows, "{appdata}/Block/goose/config/config.yaml", Yaml, "extensions", User, GooseDocs),
        new("Gatehouse", All3, "{workspace}/gatehouse.yaml", Yaml, "", Workspace, "docs/operators/configuration.md"),
        new("any", All3, "{workspace}/mcp.json", JsonWithComments, "mcpServers|servers", Workspace, null),
        new("any", All3, "{workspace}/manifest.json", Json, "server/mcp_config", Workspace, "github.com/modelcontextprotocol/mcpb MANIFEST.md"),
        new("any", All3, "{home}/Downloads/*.mcpb", Archive, "server/mcp_config", User, "github.com/modelcontextprotocol/mcpb MANIFEST.md"),
        new("any", All3, "{home}/Downloads/*.dxt", Archive, "server/mcp_config", User, "github.com/modelcontextprotocol/mcpb MANIFEST.md"),
        new("any", All3, "{workspace}/*.mcpb", Archive, "server/mcp_config", Workspace, "github.com/modelcontextprotocol/mcpb MANIFEST.md"),
        new("any", All3, "{workspace}/*.dxt", Archive, "server/mcp_config", Workspace, "github.com/modelcontextprotocol/mcpb MANIFEST.md"),
        new("any", All3, "{workspace}/package.json", Json, "mcp/servers|mcp/mcpServers|mcpServers", Workspace, null),
    ];

    private const MachineSystem All3 = MachineSystem.All;
}
