using System.Text.RegularExpressions;
using Gatehouse.Detection.Findings;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Places;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Inventory.Checks;

/// <summary>Settings of clients that switch questions off, run commands by themselves, or send traffic elsewhere.</summary>
internal static partial class SettingChecks
{
    private static readonly PermissiveSetting[] Settings =
    [
        new("Claude Code", "permissions/defaultMode", "bypassPermissions|dontAsk", FindingRules.NoQuestions, FindingRules.WorkspacePermission,
            "the client asks for no confirmation of a tool call"),
        new("Claude Code", "permissions/allow", "list", FindingRules.Unasked, FindingRules.WorkspacePermission, "tools that run without confirmation"),
        new("Claude Code", "enableAllProjectMcpServers", "true", FindingRules.NoQuestions, FindingRules.WorkspacePermission,
            "every server of every workspace is approved"),
        new("Claude Code", "enabledMcpjsonServers", "any", null, FindingRules.WorkspacePermission, "the workspace approves its own servers"),
        new("Claude Code", "hooks", "any", null, FindingRules.WorkspaceCommand, "hooks run commands around tool calls"),
        new("Claude Code", "apiKeyHelper", "any", null, FindingRules.WorkspaceCommand, "a command of the workspace runs to get a key"),
        new("Claude Code", "env/ANTHROPIC_BASE_URL", "any", null, FindingRules.Redirected, "model traffic goes to another address"),
        new("Claude Code", "env/ANTHROPIC_AUTH_TOKEN", "any", null, FindingRules.Redirected, "the workspace sets the model account's token"),
        new("VS Code", "chat.tools.autoApprove", "true", FindingRules.NoQuestions, FindingRules.WorkspacePermission, "the client asks for no confirmation of a tool call"),
        new("VS Code", "chat.tools.global.autoApprove", "true", FindingRules.NoQuestions, FindingRules.WorkspacePermission,
            "the client asks for no confirmation of a tool call"),
        new("VS Code", "chat.tools.terminal.autoApprove", "any", FindingRules.Unasked, FindingRules.WorkspacePermission,
            "terminal commands run without confirmation"),
        new("VS Code", "chat.mcp.autostart", "onlyNew|newAndOutdated|true", FindingRules.Unasked, FindingRules.WorkspacePermission,
            "servers start by themselves"),
        new("VS Code", "security.workspace.trust.enabled", "false", FindingRules.NoQuestions, FindingRules.WorkspacePermission,
            "every folder is trusted"),
        new("VS Code", "tasks/*/runOptions/runOn", "folderOpen", null, FindingRules.WorkspaceCommand, "a task runs when the folder is opened"),
        new("Gemini CLI", "autoAccept", "true", FindingRules.NoQuestions, FindingRules.WorkspacePermission, "tool calls run without confirmation"),
        new("Gemini CLI", "tools/autoAccept", "true", FindingRules.NoQuestions, FindingRules.WorkspacePermission, "tool calls run without confirmation"),
        new("Gemini CLI", "tools/allowed", "list", FindingRules.Unasked, FindingRules.WorkspacePermission, "tools that run without confirmation"),
        new("Codex CLI", "approval_policy", "never", FindingRules.NoQuestions, FindingRules.WorkspacePermission, "the client asks for no confirmation of a command"),
        new("Codex CLI", "sandbox_mode", "danger-full-access", FindingRules.NoQuestions, FindingRules.WorkspacePermission,
            "commands run without the sandbox"),
        new("Codex CLI", "profiles/*/approval_policy", "never", FindingRules.NoQuestions, FindingRules.WorkspacePermission,
            "the client asks for no confirmation of a command in this profile"),
        new("Codex CLI", "model_providers/*/base_url", "any", null, FindingRules.Redirected, "model traffic goes to another address"),
        new("Zed", "agent/always_allow_tool_actions", "true", FindingRules.NoQuestions, FindingRules.WorkspacePermission, "tool calls run without confirmation"),
        new("Gatehouse", "policy", "any", null, FindingRules.WorkspaceGateway, "rules of a gateway, which have no effect until a command names the file"),
        new("Goose", "GOOSE_MODE", "auto", FindingRules.NoQuestions, null, "tool calls run without confirmation"),
    ];

    public static IEnumerable<Finding> Of(ClientConfigFile file, ConfigNode root)
    {
        foreach (var setting in Settings.Where(setting => setting.Client == file.Place.Client))
        {
            var rule = file.Place.Scope == LocationScope.Workspace ? setting.InWorkspace : setting.Rule;
            if (rule is null) continue;
            foreach (var node in Follow(root, setting.Pointer.Split('/'), 0))
            {
                if (Matched(setting, node) is { } value)
                    yield return new Finding(rule, Confidence.High, $"{setting.Pointer}{value}: {setting.Words}", node.PlaceIn(file.Path), null,
                        file.Place.Client)
                    { Evidence = $"{setting.Pointer}{value}" };
            }
        }
    }

    private static string? Matched(PermissiveSetting setting, ConfigNode node) => setting.Values switch
    {
        "any" => node.Kind is ConfigNodeKind.Nothing
            || (node.Kind == ConfigNodeKind.Switch && !node.IsTrue) || (node.Kind is ConfigNodeKind.Map && node.Members.Count == 0)
            || (node.Kind is ConfigNodeKind.List && node.Items.Count == 0) ? null : "",
        "list" => node.Items.Where(item => Broad().IsMatch(item.Text)).Take(5).Select(item => item.Text).ToList() is { Count: > 0 } broad
            ? $" = {string.Join(", ", broad)}" : null,
        _ => setting.Values.Split('|').Contains(node.Text) ? $" = {node.Text}" : null,
    };

    private static IEnumerable<ConfigNode> Follow(ConfigNode node, string[] pointer, int at)
    {
        if (at == pointer.Length) return [node];
        if (pointer[at] == "*" && node.Kind == ConfigNodeKind.List) return node.Items.SelectMany(item => Follow(item, pointer, at + 1));
        return node.Members.Where(member => pointer[at] == "*" || member.Name == pointer[at])
            .SelectMany(member => Follow(member.Value, pointer, at + 1));
    }

    // One named command or file is a person's considered choice; a whole tool, server or shell is not.
    [GeneratedRegex(@"^(?:\*|Bash|Bash\((?:\*|[^)]*:\*|(?:curl|wget|sh|bash|python3?|node|sudo|rm|ssh|docker)\b[^)]*)\)|mcp__.*|Write|Edit|WebFetch|run_shell_command(?:\((?:curl|bash|sh|python|rm|sudo)[^)]*\))?|ShellTool)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Broad();
}
